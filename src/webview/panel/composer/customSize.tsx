/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { judgeSize, parseSize, sizeRuleSentence, type SizeRule } from '../../../images/size.ts';
import { Icon, IconButton } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { checksOf, nearestTo, type RuleCheck } from './sizeChoice.ts';
import { Nearest } from './nearest.tsx';

type FreeRule = Extract<SizeRule, { kind: 'free' }>;

interface CustomSizeProps {
  readonly size: string;
  readonly rule: SizeRule;
  readonly onChange: (size: string) => void;
}

const sidesOf = (size: string): readonly [string, string] => {
  const parsed = parseSize(size);
  if (typeof parsed === 'object') return [String(parsed.width), String(parsed.height)];
  const [width = '', height = ''] = size.split('x');
  return [width, height];
};

/** Any size, judged while it is typed. A whole size that is pasted into either field fills both. */
export function CustomSize({ size, rule, onChange }: CustomSizeProps): JSX.Element {
  const { t } = usePanel();
  const [sides, setSides] = useState(() => sidesOf(size));
  const id = useId();
  // What was taken elsewhere, such as the nearest size, is shown.
  useEffect(() => {
    if (size !== sides.join('x')) setSides(sidesOf(size));
  }, [size]);

  const typed = (at: 0 | 1, text: string): void => {
    const whole = parseSize(text);
    if (whole === 'auto') {
      onChange('auto');
      return;
    }
    const next = whole ? ([String(whole.width), String(whole.height)] as const) : at === 0 ? ([text.trim(), sides[1]] as const) : ([sides[0], text.trim()] as const);
    setSides(next);
    onChange(next.join('x'));
  };
  const field = (at: 0 | 1, label: string): JSX.Element => (
    <label>
      <span>{label}</span>
      <input
        type="text"
        inputMode="numeric"
        maxLength={24}
        value={sides[at]}
        aria-invalid={fault === undefined ? undefined : 'true'}
        aria-describedby={`${id}-rules`}
        onInput={({ currentTarget }) => typed(at, currentTarget.value)}
      />
    </label>
  );

  const fault = judgeSize(size, rule);
  const parsed = parseSize(size);
  return (
    <div class="custom-size" role="group" aria-label={t('Custom size')}>
      <div class="sides">
        {field(0, t('Width'))}
        <IconButton
          icon="arrow-swap"
          label={t('Swap Width and Height')}
          onClick={() => {
            setSides([sides[1], sides[0]]);
            onChange(`${sides[1]}x${sides[0]}`);
          }}
        />
        {field(1, t('Height'))}
        {typeof parsed === 'object' && (
          <svg viewBox="0 0 3840 3840" aria-hidden="true">
            <rect class="own" x={(3840 - Math.min(parsed.width, 3840)) / 2} y={(3840 - Math.min(parsed.height, 3840)) / 2} width={Math.min(parsed.width, 3840)} height={Math.min(parsed.height, 3840)} vector-effect="non-scaling-stroke" />
          </svg>
        )}
      </div>
      <div id={`${id}-rules`}>
        {rule.kind === 'free' && (
          <ul class="rules">
            {checksOf(size, rule).map((check) => (
              <Rule key={check.rule} check={check} rule={rule} />
            ))}
          </ul>
        )}
        <p class={rule.kind === 'free' && fault?.rule !== 'syntax' ? 'visually-hidden' : fault ? 'fault' : 'hint'} role="status">
          {fault ? sizeRuleSentence(fault, t) : rule.kind === 'any' ? t('What sizes this model draws is not known: the service decides.') : t('This size can be drawn.')}
        </p>
      </div>
      <Nearest size={nearestTo(size, rule)} onUse={(next) => onChange(next)} />
    </div>
  );
}

function Rule({ check: { rule: name, ok }, rule }: { readonly check: RuleCheck; readonly rule: FreeRule }): JSX.Element {
  const { t, locale } = usePanel();
  const number = new Intl.NumberFormat(locale);
  const sentence = (): string => {
    switch (name) {
      case 'multiple':
        return t('Both sides are multiples of {0}', rule.multipleOf);
      case 'longest':
        return t('No side is over {0} pixels', number.format(rule.longest));
      case 'ratio':
        return t('The long side is at most {0} times the short one', rule.ratio);
      case 'pixels':
        return t('{0} to {1} pixels in all', number.format(rule.fewestPixels), number.format(rule.mostPixels));
    }
  };
  const [icon, said] = ok === undefined ? ['circle-large', ''] : ok ? ['pass', t('kept')] : ['error', t('broken')];
  return (
    <li class={ok === undefined ? '' : ok ? 'kept' : 'broken'}>
      <Icon name={icon} /> {sentence()}
      {said !== '' && <span class="visually-hidden"> ({said})</span>}
    </li>
  );
}

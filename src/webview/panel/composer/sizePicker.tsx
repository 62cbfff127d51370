/// <reference lib="dom" />
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { modelOf } from '../../../images/model.ts';
import { judgeSize, sizeRuleSentence } from '../../../images/size.ts';
import { Icon } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { CustomSize } from './customSize.tsx';
import { Nearest } from './nearest.tsx';
import { Segments } from './segments.tsx';
import { chosenOf, inResolution, nearestTo, neighbour, ratioName, resolutionOf, resolutions, sizeText, tilesOf, withoutUnit, type Resolution, type SizeTile } from './sizeChoice.ts';

/** Chooses a size: ratios drawn to scale, the model's choice, or any that is typed. */
export function SizePicker(): JSX.Element {
  const { composer, change, t } = usePanel();
  const { size, model: name } = composer.draft;
  const { sizes: rule } = modelOf(name);
  const [k, setK] = useState<Resolution>(resolutionOf(size) ?? '1K');
  /** Whether any size is being typed, also while it is one of the table. */
  const [typing, setTyping] = useState(chosenOf(size, rule) === 'custom');
  const id = useId();

  // What is chosen elsewhere, such as by recalling a picture's settings, is followed.
  const told = useRef(size);
  useEffect(() => {
    if (told.current === size) return;
    told.current = size;
    setTyping(chosenOf(size, rule) === 'custom');
    setK((before) => resolutionOf(size) ?? before);
  }, [size]);
  const choose = (next: string, how: 'typed' | 'chosen'): void => {
    told.current = next;
    setTyping(how === 'typed');
    change({ size: next });
  };

  const tiles = tilesOf(rule, k);
  const { unit, short } = withoutUnit(composer.costs);
  const edits = composer.references.some(({ role }) => role === 'image');
  const chosen = typing || chosenOf(size, rule) === 'custom' ? 'custom' : size;
  const fault = judgeSize(size, rule);
  // A model that draws few sizes is not asked for others, but what is chosen from before has to be seen.
  const withCustom = rule.kind !== 'listed' || chosen === 'custom';
  const members = ['auto', ...(withCustom ? ['custom'] : []), ...tiles.map((tile) => tile.size)];
  const checked = members.includes(chosen) ? chosen : 'auto';
  const pick = (member: string): void => {
    if (member !== 'custom') choose(member, 'chosen');
    else if (chosen !== 'custom') choose(size === 'auto' ? (tiles[0]?.size ?? size) : size, 'typed');
  };

  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const radios = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')];
    const at = radios.findIndex((radio) => radio === document.activeElement);
    const places = radios.map((radio) => ({ x: radio.offsetLeft + radio.offsetWidth / 2, y: radio.offsetTop }));
    const to = at === -1 ? undefined : neighbour(at, event.key, places);
    const member = to === undefined ? undefined : members[to];
    if (member === undefined || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    pick(member);
    radios[to]?.focus();
  };

  const radio = (member: string, label: string, children: JSX.Element, kind: string): JSX.Element => (
    <button type="button" key={member} role="radio" class={kind} aria-checked={member === checked ? 'true' : 'false'} aria-label={label} tabIndex={member === checked ? 0 : -1} data-size={member} onClick={() => pick(member)}>
      {children}
    </button>
  );

  const wide = (icon: string, title: string, about: string): JSX.Element => (
    <>
      <Icon name={icon} />
      <span class="words">
        <b>{title}</b>
        <span>{about}</span>
      </span>
    </>
  );

  const automatic = edits ? t('Like the image') : t('the model chooses');
  const followed = edits && composer.follows !== undefined ? composer.follows : automatic;
  return (
    <div class="size-picker">
      {rule.kind !== 'listed' && (
        <Segments
          label={t('Resolution')}
          value={k}
          options={resolutions.map((value) => ({ value, title: value }))}
          onChange={(next) => {
            setK(next);
            const same = chosen === 'custom' ? undefined : inResolution(size, next);
            if (same !== undefined) choose(same, 'chosen');
          }}
        />
      )}
      <div role="radiogroup" aria-label={t('Size')} aria-describedby={unit === '' ? undefined : `${id}-unit`} class="tiles" data-field="size" onKeyDown={keyed}>
        <div class="wides" role="presentation">
          {radio('auto', `${t('Automatic')}, ${followed}`, wide('sparkle', t('Automatic'), followed), 'size-wide')}
          {withCustom && radio('custom', `${t('Custom…')}, ${t('any width and height')}`, wide('edit', t('Custom…'), checked === 'custom' ? sizeText(size) : t('any width and height')), 'size-wide')}
        </div>
        {checked === 'custom' && rule.kind !== 'listed' && <CustomSize size={size} rule={rule} onChange={(next) => choose(next, next === 'auto' ? 'chosen' : 'typed')} />}
        {checked === 'custom' && rule.kind === 'listed' && fault && (
          <div class="custom-size">
            <p class="fault" role="status">
              {sizeRuleSentence(fault, t)}
            </p>
            <Nearest size={nearestTo(size, rule)} onUse={(next) => choose(next, 'chosen')} />
          </div>
        )}
        {tiles.map((tile) =>
          radio(
            tile.size,
            [tile.ratio, ...(tile.name === undefined ? [] : [ratioName(tile.name, t)]), sizeText(tile.size), composer.costs[tile.size] ?? ''].filter(Boolean).join(', '),
            <>
              <Drawing tile={tile} />
              <b>{tile.ratio}</b>
              {tile.name !== undefined && <span class="ratio">{ratioName(tile.name, t)}</span>}
              <span class="pixels">{sizeText(tile.size)}</span>
              {short[tile.size] !== undefined && <span class="cost">{short[tile.size]}</span>}
            </>,
            'size-tile',
          ),
        )}
      </div>
      {unit !== '' && (
        <p id={`${id}-unit`} class="hint">
          {t('Below each size: what it costs, in {0}.', unit)}
        </p>
      )}
    </div>
  );
}

/** The size within those of its ratio in every resolution, all to one scale. */
function Drawing({ tile: { width, height, family } }: { readonly tile: SizeTile }): JSX.Element {
  const longest = Math.max(...family.flatMap((size) => [size.width, size.height]), family.length > 1 ? 3840 : 0);
  const rect = (size: { readonly width: number; readonly height: number }, kind: string): JSX.Element => (
    <rect class={kind} x={(longest - size.width) / 2} y={(longest - size.height) / 2} width={size.width} height={size.height} rx={longest / 60} vector-effect="non-scaling-stroke" />
  );
  return (
    <svg viewBox={`0 0 ${longest} ${longest}`} aria-hidden="true">
      {rect({ width, height }, 'own')}
      {family.map((size) => rect(size, 'other'))}
    </svg>
  );
}

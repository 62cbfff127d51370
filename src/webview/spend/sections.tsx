/// <reference lib="dom" />
import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { SpendSection, SpendView } from '../../protocol/spend.ts';
import { Button } from '../parts/controls.tsx';
import { Bars } from './bars.tsx';
import { Dearest } from './dearest.tsx';
import { Timeline } from './timeline.tsx';
import { useSpend } from './useSpend.ts';

/** What was spent, one unit at a time: units are never added up across. */
export function Sections({ view: { sections, choice } }: { readonly view: SpendView }): JSX.Element {
  const { t, connection, hear } = useSpend();
  const [wanted, setWanted] = useState(connection.look.unit);
  const shown = sections.find(({ unit }) => unit === wanted) ?? sections[0];
  if (!shown) {
    return (
      <section class="empty">
        <h2>{t('Nothing was spent in this time.')}</h2>
        <p class="hint">{choice.preset === 'all' ? t('Easel notes what each request costs, from the first one on.') : t('Choose a longer time to see what was spent before.')}</p>
        <Button kind="primary" icon="layout" onClick={() => void hear(connection.ask('panel.open', {}))}>
          {t('Open Panel')}
        </Button>
      </section>
    );
  }
  if (sections.length === 1) return <Section section={shown} named={false} />;

  const choose = (unit: string): void => {
    connection.keepLook({ unit });
    setWanted(unit);
  };
  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = sections[(sections.indexOf(shown) + step + sections.length) % sections.length];
    if (!next) return;
    choose(next.unit);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next.unit}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={t('Unit')} onKeyDown={keyed}>
        {sections.map(({ unit, title }) => (
          <button key={unit} id={`tab-${unit}`} type="button" role="tab" aria-selected={unit === shown.unit ? 'true' : 'false'} aria-controls="unit" tabIndex={unit === shown.unit ? 0 : -1} onClick={() => choose(unit)}>
            {title}
          </button>
        ))}
      </div>
      <div id="unit" role="tabpanel" aria-labelledby={`tab-${shown.unit}`}>
        <Section section={shown} named />
      </div>
    </>
  );
}

interface SectionProps {
  readonly section: SpendSection;
  /** A tab above says its unit to who can see. */
  readonly named: boolean;
}

function Section({ section: { unit, title, facts, timeline, workspaces, qualities, dearest }, named }: SectionProps): JSX.Element {
  const { t } = useSpend();
  return (
    <section class="unit" aria-labelledby="unit-title">
      <h2 id="unit-title" class={named ? 'visually-hidden' : undefined}>
        {title}
      </h2>
      <dl class="facts">
        {facts.map(({ label, value, note }) => (
          <div key={label} class="fact">
            <dt>{label}</dt>
            <dd>
              <span class="value">{value}</span>
              {note !== undefined && <span class="hint">{note}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <Timeline key={unit} timeline={timeline} />
      <div class="pair">
        <Bars title={t('Per workspace')} head={t('Workspace')} rows={workspaces} />
        <Bars title={t('Per model and quality')} head={t('Model and quality')} rows={qualities} />
      </div>
      <Dearest requests={dearest} />
    </section>
  );
}

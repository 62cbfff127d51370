/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { spendPresets, type SpendChoice, type SpendView } from '../../protocol/spend.ts';
import { Button, Checkbox, Field, Select, Spinner } from '../parts/controls.tsx';
import { useSpend } from './useSpend.ts';

type Preset = SpendChoice['preset'];

interface HeadProps {
  readonly view: SpendView;
  /** Another range is on its way. */
  readonly busy: boolean;
  readonly choose: (choice: SpendChoice) => void;
  readonly showTables: (tables: boolean) => void;
}

/** The days of a range of one's own; chosen as soon as both are there. */
function OwnDays({ days, choose }: { readonly days: SpendView['days']; readonly choose: HeadProps['choose'] }): JSX.Element {
  const { t } = useSpend();
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const change = (first: string, last: string): void => {
    setFrom(first);
    setTo(last);
    if (first !== '' && last !== '' && first <= last) choose({ preset: 'custom', from: first, to: last });
  };
  return (
    <>
      <Field label={t('First day')}>
        <input type="date" value={from} max="9999-12-31" onChange={({ currentTarget }) => change(currentTarget.value, to)} />
      </Field>
      <Field label={t('Last day')} fault={from !== '' && to !== '' && from > to ? t('The last day is before the first one.') : undefined}>
        <input type="date" value={to} max="9999-12-31" onChange={({ currentTarget }) => change(from, currentTarget.value)} />
      </Field>
    </>
  );
}

/** What is shown, and what can be done with it. */
export function Head({ view, busy, choose, showTables }: HeadProps): JSX.Element {
  const { t, tables, hear, connection } = useSpend();
  const [own, setOwn] = useState(view.choice.preset === 'custom');
  useEffect(() => setOwn(view.choice.preset === 'custom'), [view.choice.preset]);
  const titles: Readonly<Record<Preset, string>> = {
    today: t('Today'),
    '7-days': t('Last 7 days'),
    '30-days': t('Last 30 days'),
    month: t('This month'),
    all: t('All time'),
    custom: t('Days of my choice'),
  };
  const nothing = view.charges === 0;
  const act = (name: 'report.copy' | 'range.delete') => (): void => void hear(connection.ask(name, {}));
  const save = (as: 'csv' | 'json') => (): void => void hear(connection.ask('report.export', { as }));
  return (
    <header class="head">
      <h1>{t('Spend on pictures')}</h1>
      <p class="range" aria-live="polite" aria-busy={busy ? 'true' : undefined}>
        {view.range} {busy && <Spinner />}
      </p>
      <div class="choosing">
        <Select<Preset>
          label={t('Time')}
          value={own ? 'custom' : view.choice.preset}
          options={[...spendPresets, 'custom' as const].map((value) => ({ value, title: titles[value] }))}
          onChange={(preset) => {
            setOwn(preset === 'custom');
            choose(preset === 'custom' ? { preset, ...view.days } : { preset });
          }}
        />
        {own && <OwnDays days={view.days} choose={choose} />}
        <Checkbox label={t('Show charts as tables')} checked={tables} onChange={showTables} />
      </div>
      <div class="acts" role="group" aria-label={t('What to do with the report')}>
        <Button icon="copy" onClick={act('report.copy')}>
          {t('Copy as Markdown')}
        </Button>
        <Button icon="table" disabled={nothing} onClick={save('csv')}>
          {t('Export CSV…')}
        </Button>
        <Button icon="json" disabled={nothing} onClick={save('json')}>
          {t('Export JSON…')}
        </Button>
        <Button icon="trash" disabled={nothing} onClick={act('range.delete')}>
          {t('Delete Charges…')}
        </Button>
      </div>
      {view.notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
    </header>
  );
}

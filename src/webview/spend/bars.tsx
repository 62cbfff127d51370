/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SpendRow } from '../../protocol/spend.ts';
import { Button } from '../parts/controls.tsx';
import { Table } from './table.tsx';
import { useSpend } from './useSpend.ts';

/** Bars that are shown before the rest is asked for. */
const first = 8;

/** Sums beside each other, the dearest first, each with its figures as text: nothing is told by a bar's length alone. */
export function Bars({ title, head, rows }: { readonly title: string; readonly head: string; readonly rows: readonly SpendRow[] }): JSX.Element {
  const { t, tables } = useSpend();
  const [all, setAll] = useState(false);
  const most = Math.max(1, ...rows.map(({ sum }) => sum.micros));
  const shown = all ? rows : rows.slice(0, first);
  return (
    <section class="chart">
      <h3>{title}</h3>
      {tables ? (
        <Table
          title={title}
          heads={[{ title: head }, { title: t('Spent'), figure: true }, { title: t('Share'), figure: true }, { title: t('Requests'), figure: true }, { title: t('Pictures made'), figure: true }]}
          rows={rows.map(({ label, about, sum, share, charges, pictures }) => [<span title={about}>{label}</span>, sum.text, share, charges, pictures])}
        />
      ) : (
        <>
          <ul class="bars">
            {shown.map(({ label, about, sum, share, made }, index) => (
              <li key={`${label} ${index}`}>
                <span class="label" title={about ?? label}>
                  {label}
                </span>
                <span class="sum">{sum.text}</span>
                <svg class="bar" height="10" aria-hidden="true">
                  <rect class="track" width="100%" height="10" rx="2" />
                  <rect class="fill" width={`${(Math.max(0, sum.micros) / most) * 100}%`} height="10" rx="2" />
                </svg>
                <span class="hint">
                  {share} · {made}
                </span>
              </li>
            ))}
          </ul>
          {rows.length > first && <Button onClick={() => setAll(!all)}>{all ? t('Show Less') : t('Show All {0}', rows.length)}</Button>}
        </>
      )}
    </section>
  );
}

/// <reference lib="dom" />
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SpendTimeline } from '../../protocol/spend.ts';
import { Swatch } from './patterns.tsx';
import { layOut, type ChartLayout } from './layout.ts';
import { Table } from './table.tsx';
import { useSpend } from './useSpend.ts';

/** Another column for a key; undefined for a key that moves nothing. */
function moved(key: string, at: number, last: number): number | undefined {
  const to: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, PageUp: at + 7, PageDown: at - 7, Home: 0, End: last };
  const next = Object.hasOwn(to, key) ? to[key] : undefined;
  return next === undefined ? undefined : Math.min(last, Math.max(0, next));
}

function Drawing({ timeline, layout, at }: { readonly timeline: SpendTimeline; readonly layout: ChartLayout; readonly at: number }): JSX.Element {
  const { width, height, left, top, bottom, step, bar, every, lines, columns } = layout;
  return (
    <svg width={width} height={height} aria-hidden="true">
      <rect class="chosen" x={left + at * step} y={top} width={step} height={bottom - top} />
      {lines.map(({ y, text, x, anchor, above }) => (
        <g key={y}>
          <line class="grid" x1={left} x2={width} y1={y} y2={y} />
          {text !== '' && (
            <text x={x} y={above ? y - 5 : y} dy={above ? 0 : '0.35em'} text-anchor={anchor}>
              {text}
            </text>
          )}
        </g>
      ))}
      {columns.flatMap((parts, index) =>
        parts.map(({ series, y, height: tall }) => (
          <rect key={`${index} ${series}`} class={`part series-${series}`} x={left + index * step + (step - bar) / 2} y={y} width={bar} height={tall} fill={`url(#series-${series})`} />
        )),
      )}
      {timeline.columns.map(({ label }, index) =>
        index % every === 0 ? (
          <text key={index} x={left + (index + 0.5) * step} y={bottom + 16} text-anchor="middle">
            {label}
          </text>
        ) : null,
      )}
    </svg>
  );
}

/** What was spent in the course of time, stacked by model. By arrow keys, or the pointer, one goes from column to column and reads, or hears, its figures. */
export function Timeline({ timeline }: { readonly timeline: SpendTimeline }): JSX.Element {
  const { t, tables } = useSpend();
  const { title, head, columns, series } = timeline;
  const plot = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [chosen, setChosen] = useState<number>();
  const last = columns.length - 1;
  const at = Math.min(last, chosen ?? columns.findLastIndex(({ charges }) => charges > 0));

  useLayoutEffect(() => {
    const element = plot.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [tables]);

  const column = columns[at];
  const parts = column ? series.flatMap(({ name }, index) => ((column.parts[index]?.micros ?? 0) === 0 ? [] : [{ name, index, text: column.parts[index]?.text ?? '' }])) : [];
  const spoken = column ? [`${column.name}: ${column.sum.text}`, column.made, ...(series.length > 1 ? parts.map(({ name, text }) => `${name} ${text}`) : [])].join(' · ') : '';
  const layout = layOut(timeline, width);

  if (tables) {
    const spent = columns.filter(({ charges }) => charges > 0);
    return (
      <section class="chart">
        <h3>{title}</h3>
        <Table
          title={title}
          heads={[{ title: head }, { title: t('Spent'), figure: true }, ...series.map(({ name }) => ({ title: name, figure: true }))]}
          rows={spent.map(({ name, sum, parts: own }) => [name, sum, ...own].map((cell) => (typeof cell === 'string' ? cell : cell.text)))}
        />
      </section>
    );
  }
  const keyed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const next = moved(event.key, at, last);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
  };
  const pointed = (event: TargetedPointerEvent<HTMLDivElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - layout.left;
    if (x >= 0) setChosen(Math.min(last, Math.floor(x / layout.step)));
  };
  return (
    <section class="chart">
      <h3>{title}</h3>
      <div ref={plot} class="plot" role="slider" tabIndex={0} aria-label={title} aria-orientation="horizontal" aria-valuemin={1} aria-valuemax={columns.length} aria-valuenow={at + 1} aria-valuetext={spoken} onKeyDown={keyed} onPointerMove={pointed} onPointerDown={pointed}>
        {width > 0 && <Drawing timeline={timeline} layout={layout} at={at} />}
      </div>
      {column && (
        <p class="readout">
          <strong>
            {column.name}: {column.sum.text}
          </strong>{' '}
          <span class="hint">{column.made}</span>
          {series.length > 1 &&
            parts.map(({ name, index, text }) => (
              <span key={name} class="part">
                <Swatch series={index} /> {name} {text}
              </span>
            ))}
        </p>
      )}
      <ul class="legend" aria-label={t('Models')}>
        {series.map(({ name, sum }, index) => (
          <li key={name}>
            <Swatch series={index} /> {name} <span class="hint">{sum.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

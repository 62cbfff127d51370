/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../../parts/controls.tsx';
import { usePanel } from '../usePanel.ts';
import { Card } from './card.tsx';
import { useAnnouncements } from './useAnnouncements.ts';
import { focusHere } from '../../parts/focus.ts';

/** The requests under way, and those that are over and not put away. */
export function JobsPane(): JSX.Element {
  const { connection, hear, jobs, t } = usePanel();
  const announced = useAnnouncements();
  const list = useRef<HTMLUListElement>(null);
  const ids = jobs.map(({ id }) => id);
  useFocusOf(list, ids);
  useInView(list, ids);

  const running = jobs.filter(({ state }) => state === 'queued' || state === 'running').length;
  return (
    <section class="jobs" aria-label={t('Jobs')}>
      {jobs.length > 0 && (
        <header>
          <h2>{t('Jobs')}</h2>
          {running > 1 && (
            <Button icon="stop-circle" onClick={() => void hear(connection.ask('jobs.cancel', {}))}>
              {t('Cancel All')}
            </Button>
          )}
        </header>
      )}
      {jobs.length > 0 && (
        <ul ref={list}>
          {jobs.map((job) => (
            <Card key={job.id} job={job} />
          ))}
        </ul>
      )}
      <div class="visually-hidden" role="status" aria-live="polite">
        {announced}
      </div>
    </section>
  );
}

const cardOf = (list: HTMLElement | null, id: string | undefined): HTMLElement | undefined =>
  [...(list?.querySelectorAll<HTMLElement>('.job') ?? [])].find(({ dataset }) => dataset['job'] === id);

/** Keeps the focus at hand when what had it is gone: at its own card, else at the card that has moved up to its place, else at the prompt. */
function useFocusOf(list: { readonly current: HTMLElement | null }, ids: readonly string[]): void {
  const before = useRef<readonly string[]>([]);
  /** The job whose card had the focus last, until somebody turns to something else. */
  const held = useRef<string | undefined>(undefined);
  useEffect(() => {
    // Noted as it comes: a button that is drawn no more has lost the focus before its card goes.
    const note = ({ target }: Event): void => {
      held.current = target instanceof Element ? target.closest<HTMLElement>('.job')?.dataset['job'] : undefined;
    };
    const kinds = ['focusin', 'pointerdown'] as const;
    for (const kind of kinds) addEventListener(kind, note);
    return () => {
      for (const kind of kinds) removeEventListener(kind, note);
    };
  }, []);
  useLayoutEffect(() => {
    const place = held.current === undefined ? -1 : before.current.indexOf(held.current);
    before.current = ids;
    // Never a button of the card: what is pressed twice by chance must not choose what costs money.
    if (place >= 0 && document.activeElement === document.body) {
      const target = cardOf(list.current, held.current) ?? cardOf(list.current, ids[Math.min(place, ids.length - 1)]) ?? document.querySelector<HTMLElement>('.composer textarea');
      focusHere(target);
    }
  });
}

/** Shows the card of what was just sent from the composer, where it lies below in the same column. */
function useInView(list: { readonly current: HTMLElement | null }, ids: readonly string[]): void {
  const known = useRef<ReadonlySet<string>>(new Set(ids));
  useLayoutEffect(() => {
    const fresh = ids.find((id) => !known.current.has(id));
    known.current = new Set(ids);
    if (fresh !== undefined && document.activeElement?.closest('.composer')) cardOf(list.current, fresh)?.scrollIntoView({ block: 'nearest' });
  });
}

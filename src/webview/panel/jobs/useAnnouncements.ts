/// <reference lib="dom" />
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobCard } from '../../../protocol/panel.ts';
import { usePanel } from '../usePanel.ts';

/** What was said of a job already. */
interface Heard {
  readonly state: JobCard['state'];
  /** Each stage is said once: pictures on the way go back and forth between two of them. */
  readonly stages: ReadonlySet<string>;
}

const isOver = ({ state }: Pick<JobCard, 'state'>): boolean => state !== 'queued' && state !== 'running';

const tones = { done: 'warning', failed: 'error', cancelled: 'warning' } as const;

/** The beginning of a prompt, to tell jobs apart by. */
const briefly = (prompt: string): string => (prompt.length <= 40 ? prompt : `${prompt.slice(0, 39).trimEnd()}…`);

/** Whether some of a card is in sight. */
function isInView(id: string): boolean {
  const card = [...document.querySelectorAll<HTMLElement>('.job')].find(({ dataset }) => dataset['job'] === id);
  if (!card) return false;
  const { top, bottom } = card.getBoundingClientRect();
  return top < innerHeight - 40 && bottom > 40;
}

/** What is to be heard of jobs now: each new stage, not each second, and how they end. An end whose card is out of sight is said to be seen as well. */
export function useAnnouncements(): string {
  const { jobs, say, overlay } = usePanel();
  const [announced, announce] = useState('');
  // What stood there when the panel opened is no news.
  const heard = useRef<ReadonlyMap<string, Heard>>(new Map(jobs.map((job) => [job.id, { state: job.state, stages: new Set([job.doing]) }])));

  useEffect(() => {
    const news: string[] = [];
    const next = new Map<string, Heard>();
    for (const job of jobs) {
      const before = heard.current.get(job.id);
      // Tried again, its stages are new.
      const stages = before && !(isOver(before) && !isOver(job)) ? before.stages : new Set<string>();
      next.set(job.id, { state: job.state, stages: new Set([...stages, job.doing]) });
      const ended = isOver(job) && !(before && isOver(before));
      if (ended && job.outcome !== undefined) {
        const { state, outcome } = job;
        if (overlay || !isInView(job.id)) say(outcome, tones[state as keyof typeof tones]);
        else news.push(`${briefly(job.prompt)}: ${[outcome, ...job.notes].join(' ')}`);
      } else if (!isOver(job) && !stages.has(job.doing)) news.push(`${briefly(job.prompt)}: ${job.doing}`);
    }
    heard.current = next;
    if (news.length > 0) announce(news.join('\n'));
  }, [jobs]);

  return announced;
}

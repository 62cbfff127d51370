import { env, l10n } from 'vscode';
import type { JobState, RunningJob } from '../jobBoard.ts';

/** Megabytes as people count them, with one decimal. */
const megabytes = (bytes: number): string => new Intl.NumberFormat(env.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(bytes / 1e6);

/** Minutes and seconds, as a clock shows them, from whole seconds. */
const elapsed = (seconds: number): string => (seconds < 60 ? l10n.t('{0} s', seconds) : l10n.t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60));

/** What a job does now and for how long already, in few words. */
export function stageText({ state, progress, seconds }: JobState): string {
  const time = elapsed(seconds);
  if (state === 'queued') return l10n.t('Waiting for its turn · {0}', time);
  if (state === 'done') return l10n.t('Done · {0}', time);
  if (state === 'failed') return l10n.t('Failed · {0}', time);
  if (state === 'cancelled') return l10n.t('Cancelled · {0}', time);
  switch (progress?.stage) {
    case undefined:
      return l10n.t('Getting ready · {0}', time);
    case 'uploading':
      return l10n.t('Uploading {0} of {1} MB · {2}', megabytes(progress.bytes), megabytes(progress.of), time);
    case 'sent':
      return l10n.t('Drawing · {0}', time);
    case 'waiting':
      return l10n.t('The service is busy, waiting {0} s · {1}', progress.seconds, time);
    case 'receiving':
      return l10n.t('Receiving {0} MB · {1}', megabytes(progress.bytes), time);
    case 'partial':
      return l10n.t('Taking shape · {0}', time);
    case 'saving':
      return l10n.t('Saving · {0}', time);
  }
}

/** The same in words that do not count, to be said when they change. */
export function doingText({ state, progress }: Pick<JobState, 'state' | 'progress'>): string {
  if (state === 'queued') return l10n.t('Waiting for its turn');
  if (state === 'done') return l10n.t('Done');
  if (state === 'failed') return l10n.t('Failed');
  if (state === 'cancelled') return l10n.t('Cancelled');
  switch (progress?.stage) {
    case undefined:
      return l10n.t('Getting ready');
    case 'uploading':
      return l10n.t('Uploading');
    case 'sent':
      return l10n.t('Drawing');
    case 'waiting':
      return l10n.t('The service is busy');
    case 'receiving':
      return l10n.t('Receiving');
    case 'partial':
      return l10n.t('Taking shape');
    case 'saving':
      return l10n.t('Saving');
  }
}

/** What the first of several jobs does, and how many there are; empty without jobs. */
export function jobsText(jobs: readonly RunningJob[]): string {
  const [first] = jobs;
  if (!first) return '';
  if (jobs.length === 1) return stageText(first);
  const running = jobs.filter(({ state }) => state === 'running').length;
  const waiting = jobs.length - running;
  const counts = waiting === 0 ? l10n.t('{0} running', running) : l10n.t('{0} running, {1} waiting', running, waiting);
  return l10n.t('{0} ({1})', stageText(first), counts);
}

import { env, l10n } from 'vscode';
import type { JobProgress } from '../jobs/job.ts';

/** Megabytes as people count them, with one decimal. */
const megabytes = (bytes: number): string => new Intl.NumberFormat(env.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(bytes / 1e6);

/** Minutes and seconds, as a clock shows them, from whole seconds. */
const elapsed = (seconds: number): string => (seconds < 60 ? l10n.t('{0} s', seconds) : l10n.t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60));

/** What a job does now and for how long already, in few words. */
export function stageText(progress: JobProgress | undefined, seconds: number): string {
  const time = elapsed(seconds);
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

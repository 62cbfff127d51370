import type { ComposerPart, JobsPart, PanelRoom, StatusPart } from './parts.ts';

// UNDER CONSTRUCTION
export function createJobs(_room: PanelRoom, _composer: ComposerPart, _status: StatusPart): JobsPart {
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return { cards: () => [], place: notYet, dispose: () => undefined, handlers: { send: notYet, 'job.cancel': notYet, 'jobs.cancel': notYet, 'job.act': notYet, 'job.dismiss': notYet } };
}

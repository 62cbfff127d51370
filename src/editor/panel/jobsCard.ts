import { l10n } from 'vscode';
import type { Estimate } from '../../images/price.ts';
import { parseSize } from '../../images/size.ts';
import type { JobAction, JobCard } from '../../protocol/panel.ts';
import { qualityText, sizeText } from '../ask/words.ts';
import { isUnderWay, type JobEnd, type RunningJob } from '../jobBoard.ts';
import type { Order } from '../orders/order.ts';
import { estimateIn } from '../show/money.ts';
import { doingText, stageText } from '../show/stage.ts';

/** How a job ended, and what can be done about it. What names sums is told anew each time: what they are shown in may change. */
export interface JobEnding {
  readonly state: JobEnd;
  /** Why it failed, or what it made and cost. */
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly actions: readonly { readonly action: JobAction; readonly title: string; readonly run: () => unknown }[];
  /** Whether something that is paid for is still to be brought to its place. */
  readonly rest: boolean;
  /** Tells of it in a message, for when nobody sees the card. */
  readonly tell: () => Promise<void>;
}

/** A job as the panel has it: it outlives the board's, and trying again keeps it. */
export interface JobEntry {
  readonly id: string;
  readonly order: Order;
  /** What it would cost, as was known when it was placed; absent where nobody could say. */
  readonly cost: Estimate | undefined;
  /** Whether the panel placed it, and so tells how it ended. Else whoever placed it tells. */
  ours: boolean;
  /** Its run on the board, the latest; undefined while it is placed anew. */
  job: RunningJob | undefined;
  ending?: JobEnding | undefined;
  cancel: () => void;
  /** Pictures that are paid for are being brought to their place. */
  bringing?: boolean;
  /** An action was chosen and is not done with. */
  acting?: boolean;
  /** The address of a small picture of the edited image; empty: it was asked for when nothing showed the panel. */
  edits?: string | undefined;
  /** What the newest picture on the way was copied from, and its copy. */
  source?: string | undefined;
  partial?: string | undefined;
}

/** Whether it can be cancelled. */
export const runs = ({ ending, bringing }: JobEntry): boolean => ending === undefined || bringing === true;

/** Model, size, quality, number and cost of an order, as a line to read. */
function aboutOrder({ order: { request }, cost }: JobEntry): string {
  const { model, size, quality, count } = request;
  const number = count > 1 ? [l10n.t('{0} pictures', count)] : [];
  return [model, sizeText(size), l10n.t('quality: {0}', qualityText(quality)), ...number, ...(cost === undefined ? [] : [l10n.t('about {0}', estimateIn(cost))])].join(' · ');
}

/** Most of a prompt that a card shows, in UTF-16 units: beyond it nobody reads on, and cards are told each second. */
const mostPrompt = 4000;

const shortened = (prompt: string): string => (prompt.length <= mostPrompt ? prompt : `${prompt.slice(0, mostPrompt).replace(/[\uD800-\uDBFF]$/u, '')}…`);

/** @param src the address of a file of Easel's own storage */
export function cardOf(entry: JobEntry, src: (file: string) => string): JobCard {
  const { id, order, ending, edits, partial } = entry;
  const { prompt, count, size } = order.request;
  const pixels = parseSize(size);
  const common = {
    id,
    prompt: shortened(prompt),
    about: aboutOrder(entry),
    count,
    ...(typeof pixels === 'object' && { size: { width: pixels.width, height: pixels.height } }),
    ...(edits && { edits }),
    ...(partial !== undefined && { partial: src(partial) }),
  };
  if (!ending || runs(entry)) return { ...common, ...underWay(entry), notes: [], actions: [] };
  const { state, sentence, notes, actions } = ending;
  const now = entry.job && !isUnderWay(entry.job) && entry.job.state === state ? stageText(entry.job) : doingText({ state, progress: undefined });
  return { ...common, state, stage: now, doing: doingText({ state, progress: undefined }), outcome: sentence, notes: [...notes], actions: actions.map(({ action, title }) => ({ action, title })) };
}

function underWay({ job, bringing }: JobEntry): Pick<JobCard, 'state' | 'stage' | 'doing'> {
  if (bringing) return { state: 'running', stage: l10n.t('Bringing pictures that are paid for'), doing: l10n.t('Bringing pictures that are paid for') };
  // Placed anew, or over since a moment and told in the next.
  if (!job || !isUnderWay(job)) return { state: 'queued', stage: l10n.t('Getting ready'), doing: l10n.t('Getting ready') };
  return { state: job.state === 'queued' ? 'queued' : 'running', stage: stageText(job), doing: doingText(job) };
}

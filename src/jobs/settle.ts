import type { Client, Link, ReceivedPicture, Reply } from '../api/client.ts';
import { differences, type Difference } from '../images/difference.ts';
import { FailureError, type Failure } from '../images/failure.ts';
import type { Recipe } from '../images/recipe.ts';
import type { Charge } from '../spend/entry.ts';
import type { Ledger } from '../spend/ledger.ts';
import type { Asset, Save } from './job.ts';
import type { JournalEntry, Sending } from './journal.ts';

/** How a job ended well, or well enough: at least one picture came, or the link of one. */
export interface JobResult {
  readonly job: string;
  readonly assets: readonly Asset[];
  readonly charge: Charge;
  readonly differences: readonly Difference[];
  /** What went wrong with single pictures, or with writing down the charge. */
  readonly troubles: readonly Failure[];
  /** Pictures that came and have no place yet; they lie in the journal. */
  readonly unsaved: readonly ReceivedPicture[];
  /** Pictures that were paid for and did not come yet; their links lie in the journal. */
  readonly owed: readonly Link[];
  /** The journal's folder, where something that was paid for still lies there. */
  readonly kept?: string;
  /**
   * Tries again to fetch what is owed and to save what is unsaved, at the same place or another. Pays for nothing. Where somebody else
   * took the job in hand meanwhile there is nothing left to do.
   */
  resume(tools: ResumeTools): Promise<JobResult>;
  /** Deletes what is kept, for good. */
  discard(): Promise<void>;
}

/** What bringing pictures home needs, once they are paid for. */
export interface ResumeTools {
  readonly client: Pick<Client, 'fetch'>;
  readonly save: Save;
  readonly signal: AbortSignal;
}

/** A job whose charge is known, as far as it will be. */
export interface Paid {
  readonly sending: Sending;
  readonly entry: JournalEntry;
  readonly charge: Charge;
  /** What went wrong beside the pictures. */
  readonly troubles: readonly Failure[];
  /** Pictures of the job that are in their place since before, and are in none of the lists. */
  readonly placed?: number;
  /** Hears where the pictures are. */
  readonly ledger: Pick<Ledger, 'append'>;
  readonly onProgress: (progress: { readonly stage: 'saving'; readonly done: number; readonly of: number }) => void;
}

/** Whatever was thrown, as a failure. */
export const asFailure = (error: unknown): Failure =>
  error instanceof FailureError ? error.failure : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

/** What stands now: saves the pictures, keeps what fails in the journal, and closes it when nothing is left there. The job stays in hand: who has taken it releases it. */
export async function settle(paid: Paid, arrived: Pick<Reply, 'pictures' | 'troubles'>, before: readonly Asset[], save: Save): Promise<JobResult> {
  const { sending, entry, charge } = paid;
  const assets = [...before];
  const unsaved: ReceivedPicture[] = [];
  const failures = [...paid.troubles, ...arrived.troubles.map(({ failure }) => failure)];
  for (const [done, picture] of arrived.pictures.entries()) {
    paid.onProgress({ stage: 'saving', done, of: arrived.pictures.length });
    try {
      const placed = await save(picture, sending.destination, recipeOf(sending, charge, picture));
      // A line that cannot be written must not keep a picture from being in its place.
      await entry.note({ event: 'saved', index: picture.index, uri: placed.uri }).catch(() => undefined);
      assets.push({ ...placed, picture });
    } catch (error) {
      unsaved.push(picture);
      failures.push(asFailure(error));
    }
  }
  await enterFiles(sending.job, assets.slice(before.length).map(({ uri }) => uri), paid.ledger);
  const owed = arrived.troubles.flatMap(({ index, url }) => (index !== undefined && url !== undefined ? [{ index, url }] : []));
  // Whole bytes that are no picture we know are paid for all the same: they stay for whoever can read them.
  const held = await Promise.all(arrived.troubles.map(async ({ index, url }) => url === undefined && index !== undefined && (await entry.holds(index))));
  const unread = arrived.troubles.filter((_, place) => held[place]);
  const done = unsaved.length === 0 && owed.length === 0 && unread.length === 0;
  if (done) await entry.finish();
  const headers = [...assets.map(seen), ...unsaved].toSorted((a, b) => a.index - b.index).map(({ header }) => header);
  const common: Omit<JobResult, 'unsaved' | 'owed' | 'kept'> = {
    job: sending.job,
    assets,
    charge,
    // Pictures that are still to be fetched are not missing yet.
    differences: differences({ ...sending.request, count: sending.request.count - owed.length - (paid.placed ?? 0) }, headers),
    troubles: oneOfEach(failures),
    async resume(again) {
      if (!(await entry.take())) return { ...common, unsaved: [], owed: [] };
      try {
        const fetched = owed.length === 0 ? { pictures: [], troubles: [] } : await again.client.fetch(owed, { signal: again.signal, landing: entry.landing });
        return await settle(paid, { pictures: [...unsaved, ...fetched.pictures], troubles: [...fetched.troubles, ...unread] }, assets, again.save);
      } finally {
        entry.release();
      }
    },
    async discard() {
      if (await entry.take()) await entry.finish();
    },
  };
  return { ...common, unsaved, owed, ...(!done && { kept: entry.folder }) };
}

/** A picture as its pixels are: a header tells only that they may be transparent. */
const seen = ({ picture, opaque }: Asset): ReceivedPicture => (opaque ? { ...picture, header: { ...picture.header, alpha: false } } : picture);

/** Tells the ledger where pictures of a job are. They are there, and paid for, whether or not it can be written. */
export async function enterFiles(job: string, files: readonly string[], ledger: Pick<Ledger, 'append'>): Promise<void> {
  if (files.length > 0) await ledger.append({ version: 1, kind: 'files', job, files }).catch(() => undefined);
}

/** Four pictures that could not be fetched for one reason are one thing to tell. */
function oneOfEach(failures: readonly Failure[]): readonly Failure[] {
  return [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
}

function recipeOf(sending: Sending, { amount, measured }: Charge, { index, revisedPrompt }: ReceivedPicture): Recipe {
  const { job, request, references, label, time } = sending;
  const { prompt, model, size, quality, count, background, format, compression, inputFidelity } = request;
  return {
    version: 1,
    job,
    picture: index + 1,
    prompt,
    ...(revisedPrompt !== undefined && { revisedPrompt }),
    model,
    size,
    quality,
    count,
    ...(background && { background }),
    ...(format && { format }),
    ...(compression !== undefined && { compression }),
    ...(inputFidelity && { inputFidelity }),
    ...(references && { references }),
    service: label,
    date: time,
    charge: { amount, measured },
  };
}

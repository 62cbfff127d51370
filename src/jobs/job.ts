import type { Client, Link, ReceivedPicture, Reply, SendProgress, Upload } from '../api/client.ts';
import { ratesFor, type Profile } from '../api/profiles.ts';
import { differences, type Difference } from '../images/difference.ts';
import { billedOf, FailureError, type Failure } from '../images/failure.ts';
import { amountOf, estimate, type Usage } from '../images/price.ts';
import type { ImageRequest, ResponseFormat } from '../images/request.ts';
import type { ImageHeader } from '../images/header.ts';
import type { Recipe, RecipeReference } from '../images/recipe.ts';
import type { Size } from '../images/size.ts';
import type { Charge, Ledger } from '../spend/ledger.ts';
import type { Journal, JournalLine } from './journal.ts';

/** Where a job's pictures go and how they get there; plain data, for the journal keeps it. */
export interface Destination {
  /** URI of the folder the assets go to. */
  readonly folder: string;
  /** The first asset's file name without extension. */
  readonly name: string;
  /** URI of the file that the picture takes the place of, whose bytes are kept; the job has one picture then. */
  readonly replaces?: string;
  /** The exact pixels that the picture is brought to. */
  readonly exact?: Size;
  /** Whether the recipe is written into the file. */
  readonly recipe: boolean;
}

/** A picture that has been put into its place. What lies there can differ from what came: it was scaled, or carries its recipe. */
export interface Placed {
  readonly uri: string;
  readonly header: ImageHeader;
  readonly bytes: number;
  /** The id under which the replaced file's bytes are kept. */
  readonly replacement?: string;
  /** What could not be done on the way, as sentences for the user; the picture is in its place all the same. */
  readonly notes?: readonly string[];
}

/** A request with everything that decides where its pictures go. */
export interface Job {
  /** Unique, and safe as a folder's name. */
  readonly id: string;
  readonly request: ImageRequest;
  readonly responseFormat: ResponseFormat;
  /** The images that an edit starts from, the edited one first; absent: the picture is made from the prompt alone. */
  readonly uploads?: readonly Upload[];
  /** The sizes of these images, which cost too. */
  readonly imageSizes?: readonly Size[];
  /** The same images as the recipe names them. */
  readonly references?: readonly RecipeReference[];
  readonly destination: Destination;
  /** URI of the workspace that is charged, or empty. */
  readonly workspace: string;
}

export type JobProgress = SendProgress | { readonly stage: 'saving'; readonly done: number; readonly of: number };

/** A picture in its place. */
export interface Asset extends Placed {
  readonly picture: ReceivedPicture;
}

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
  /** Tries again to fetch what is owed and to save what is unsaved, at the same place or another. Pays for nothing. */
  resume(tools: Pick<JobTools, 'client' | 'save' | 'signal'>): Promise<JobResult>;
}

/** Puts a picture where it belongs. The picture's own file stays as it is. @throws {FailureError} `save-failed` */
export type Save = (picture: ReceivedPicture, destination: Destination, recipe: Recipe) => Promise<Placed>;

/** What a job needs of the world. */
export interface JobTools {
  readonly client: Client;
  readonly profile: Profile;
  readonly key: string;
  readonly journal: Journal;
  readonly ledger: Ledger;
  /**
   * Puts a picture into its place.
   * @throws {FailureError} `save-failed`; the picture is still in the journal then.
   */
  readonly save: Save;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

function chargeOf(job: Job, tools: JobTools, received: number, usage: Usage | undefined): Charge {
  const { request } = job;
  const rates = ratesFor(tools.profile, request.model);
  return {
    version: 1,
    job: job.id,
    time: tools.now().toISOString(),
    workspace: job.workspace,
    service: tools.profile.id,
    origin: new URL(tools.profile.baseUrl).origin,
    model: request.model,
    size: request.size,
    quality: request.quality,
    count: request.count,
    received,
    ...(usage && { usage }),
    // Where the service does not say, the estimate's upper end: a ledger that errs should err upwards.
    amount: usage ? amountOf(usage, rates) : estimate({ ...request, count: Math.max(received, 1), ...(job.imageSizes && { references: job.imageSizes }) }, rates).high,
    measured: usage !== undefined,
  };
}

function recipeOf({ id, request, references }: Pick<Job, 'id' | 'request' | 'references'>, service: string, date: string, { amount, measured }: Charge, { index, revisedPrompt }: ReceivedPicture): Recipe {
  const { prompt, model, size, quality, count, background, format } = request;
  return {
    version: 1,
    job: id,
    picture: index + 1,
    prompt,
    ...(revisedPrompt !== undefined && { revisedPrompt }),
    model,
    size,
    quality,
    count,
    ...(background && { background }),
    ...(format && { format }),
    ...(references && { references }),
    service,
    date,
    charge: { amount, measured },
  };
}

const asFailure = (error: unknown): Failure =>
  error instanceof FailureError ? error.failure : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

/**
 * Runs one job from send to file. What arrives goes to the journal first, the charge to the ledger second, the pictures into
 * the workspace third; the journal forgets the job only when nothing that was paid for is left in it.
 * @throws {FailureError} when neither a picture nor the link of one came back. A picture that came but could not be saved, or a link that
 * could not be fetched, is a trouble, not an error.
 */
export async function runJob(job: Job, tools: JobTools): Promise<JobResult> {
  const { journal, ledger, client, profile } = tools;
  const sentAt = tools.now().toISOString();
  const entry = await journal.begin({
    event: 'sending',
    version: 1,
    time: sentAt,
    job: job.id,
    origin: new URL(profile.baseUrl).origin,
    service: profile.id,
    workspace: job.workspace,
    label: profile.label,
    destination: job.destination,
    request: job.request,
    ...(job.references && { references: job.references }),
  });

  const troubles: Failure[] = [];
  // Once money is spent a line that cannot be written must not keep the pictures from their place.
  const note = (line: JournalLine): Promise<void> => entry.note(line).catch((error: unknown) => void troubles.push(asFailure(error)));
  const enter = async (charge: Charge): Promise<void> => {
    try {
      await ledger.append(charge);
    } catch (error) {
      troubles.push({ code: 'internal', message: `the charge could not be written down: ${asFailure(error).code}` });
    }
  };

  let reply: Reply;
  try {
    const options = { key: tools.key, responseFormat: job.responseFormat, signal: tools.signal, landing: entry.landing, onProgress: tools.onProgress };
    reply = await (job.uploads ? client.edit(job.request, job.uploads, options) : client.generate(job.request, options));
  } catch (error) {
    const failure = asFailure(error);
    const usage = error instanceof FailureError ? error.usage : undefined;
    // Links are as good as pictures: they are paid for, and can be fetched again.
    if (entry.links.length === 0) {
      if (usage) await enter(chargeOf(job, tools, 0, usage));
      if (billedOf(failure) === 'no') await entry.finish();
      else await note({ event: 'failed', failure });
      throw error;
    }
    reply = { pictures: [], troubles: entry.links.map((link) => ({ ...link, failure })), ...(usage && { usage }) };
  }

  for (const { index, file } of reply.pictures) await note({ event: 'received', index, file });
  if (reply.usage) await note({ event: 'usage', usage: reply.usage });
  const charge = chargeOf(job, tools, reply.pictures.length, reply.usage);
  await enter(charge);

  /** What stands now: saves the pictures, keeps what fails in the journal, and closes it when nothing is left there. */
  async function settle({ pictures, troubles: fetching }: Pick<Reply, 'pictures' | 'troubles'>, before: readonly Asset[], save: JobTools['save']): Promise<JobResult> {
    const assets = [...before];
    const unsaved: ReceivedPicture[] = [];
    const failures = [...troubles, ...fetching.map(({ failure }) => failure)];
    for (const [done, picture] of pictures.entries()) {
      tools.onProgress({ stage: 'saving', done, of: pictures.length });
      try {
        const placed = await save(picture, job.destination, recipeOf(job, profile.label, sentAt, charge, picture));
        await note({ event: 'saved', index: picture.index, uri: placed.uri });
        assets.push({ ...placed, picture });
      } catch (error) {
        unsaved.push(picture);
        failures.push(asFailure(error));
      }
    }
    const owed = fetching.flatMap(({ index, url }) => (index !== undefined && url !== undefined ? [{ index, url }] : []));
    // Whole bytes that are no picture we know are paid for all the same: they stay for whoever can read them.
    const unread = await Promise.all(fetching.flatMap(({ index }) => (index === undefined ? [] : [entry.holds(index)])));
    const done = unsaved.length === 0 && owed.length === 0 && !unread.includes(true);
    if (done) await entry.finish();
    const headers = [...assets.map(({ picture }) => picture), ...unsaved].toSorted((a, b) => a.index - b.index).map(({ header }) => header);
    return {
      job: job.id,
      assets,
      charge,
      // Pictures that are still to be fetched are not missing yet.
      differences: differences({ ...job.request, count: job.request.count - owed.length }, headers),
      troubles: oneOfEach(failures),
      unsaved,
      owed,
      ...(!done && { kept: entry.folder }),
      async resume(again) {
        const fetched = owed.length === 0 ? { pictures: [], troubles: [] } : await again.client.fetch(owed, { signal: again.signal, landing: entry.landing });
        for (const { index, file } of fetched.pictures) await note({ event: 'received', index, file });
        return settle({ pictures: [...unsaved, ...fetched.pictures], troubles: fetched.troubles }, assets, again.save);
      },
    };
  }

  return settle(reply, [], tools.save);
}

/** Four pictures that could not be fetched for one reason are one thing to tell. */
function oneOfEach(failures: readonly Failure[]): readonly Failure[] {
  return [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
}

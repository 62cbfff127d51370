import type { Client, ReceivedPicture, Reply, SendProgress, Upload } from '../api/client.ts';
import { ratesFor, type Profile } from '../api/profiles.ts';
import { billedOf, FailureError, type Failure } from '../images/failure.ts';
import type { ImageHeader } from '../images/header.ts';
import { keepFailure } from '../images/keepFailure.ts';
import type { ImageRequest, ResponseFormat } from '../images/request.ts';
import type { Recipe, RecipeReference } from '../images/recipe.ts';
import type { Size } from '../images/size.ts';
import type { Charge } from '../spend/entry.ts';
import type { Ledger } from '../spend/ledger.ts';
import { chargeOf } from './charge.ts';
import type { Journal, JournalLine, Sending } from './journal.ts';
import { asFailure, settle, type JobResult } from './settle.ts';

export type { JobResult, ResumeTools } from './settle.ts';

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
  /** Its pixels were looked at, and none is transparent. Absent where its header tells enough, or nobody asked for transparency. */
  readonly opaque?: true;
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
  /** Whether the charge is entered with the prompt. */
  readonly prompts?: boolean;
}

export type JobProgress = SendProgress | { readonly stage: 'saving'; readonly done: number; readonly of: number };

/** A picture in its place. */
export interface Asset extends Placed {
  readonly picture: ReceivedPicture;
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

/**
 * Runs one job from send to file. What arrives goes to the journal first, the charge to the ledger second, the pictures into
 * the workspace third; the journal forgets the job only when nothing that was paid for is left in it.
 * @throws {FailureError} when neither a picture nor the link of one came back; `keep-failed`, with nothing sent, where the journal cannot be written. A picture that came but could not be saved, or a link that
 * could not be fetched, is a trouble, not an error.
 */
export async function runJob(job: Job, tools: JobTools): Promise<JobResult> {
  const { journal, ledger, client, profile } = tools;
  const sending: Sending = {
    event: 'sending',
    version: 1,
    time: tools.now().toISOString(),
    job: job.id,
    origin: new URL(profile.baseUrl).origin,
    service: profile.id,
    workspace: job.workspace,
    label: profile.label,
    destination: job.destination,
    request: job.request,
    ...(job.references && { references: job.references }),
    ...(job.imageSizes && { imageSizes: job.imageSizes }),
    rates: ratesFor(profile, job.request.model),
    ...(job.prompts && { prompts: true }),
  };
  // What the ledger does not come to know of a reservation leaves it counted, which errs on the safe side.
  const tellOfReservation = (kind: 'release' | 'doubt'): Promise<void> => ledger.append({ version: 1, kind, job: job.id }).catch(() => undefined);
  const entry = await journal.begin(sending).catch(async (error: unknown) => {
    await tellOfReservation('release');
    throw new FailureError({ ...keepFailure(journal.folder, error), sent: false }, { cause: error });
  });

  const troubles: Failure[] = [];
  // Once money is spent a line that cannot be written must not keep the pictures from their place.
  const note = (line: JournalLine): Promise<void> => entry.note(line).catch((error: unknown) => void troubles.push(asFailure(error)));
  const enter = async (charge: Charge): Promise<boolean> => {
    try {
      await ledger.append(charge);
      await note({ event: 'charged' });
      return true;
    } catch (error) {
      troubles.push({ code: 'internal', message: `the charge could not be written down: ${asFailure(error).code}` });
      return false;
    }
  };

  try {
    let reply: Reply;
    try {
      const options = { key: tools.key, responseFormat: job.responseFormat, signal: tools.signal, landing: entry.landing, onProgress: tools.onProgress };
      reply = await (job.uploads ? client.edit(job.request, job.uploads, options) : client.generate(job.request, options));
    } catch (error) {
      const failure = asFailure(error);
      const usage = error instanceof FailureError ? error.usage : undefined;
      // Links are as good as pictures: they are paid for, and can be fetched again.
      if (entry.links.length === 0) {
        const billed = billedOf(failure);
        const paid = usage !== undefined || billed === 'yes';
        const entered = paid && (await enter(chargeOf(sending, { time: tools.now(), received: 0, drawn: job.request.count, usage })));
        const open = billed !== 'no' && (!entered || (await entry.holds()));
        if (!open) await entry.finish();
        // What a closing window cancels is interrupted, not ended.
        else if (!(failure.code === 'cancelled' && journal.closing)) await note({ event: 'failed', failure });
        if (!usage) await tellOfReservation(billedOf(failure) === 'no' ? 'release' : 'doubt');
        throw error;
      }
      // Of what a closing window interrupts the usage log may tell at the next start what it cost: no guess is entered before.
      if (failure.code === 'cancelled' && journal.closing && !usage) throw error;
      reply = { pictures: [], troubles: entry.links.map((link) => ({ ...link, failure })), ...(usage && { usage }) };
    }

    const received = reply.pictures.length;
    // An answer that broke off does not tell how many were made: all that were asked for, for all we know.
    const drawn = reply.troubles.some(({ index }) => index === undefined) ? job.request.count : received + reply.troubles.length;
    const charge = chargeOf(sending, { time: tools.now(), received, drawn, usage: reply.usage });
    await enter(charge);
    return await settle({ sending, entry, charge, troubles, ledger, onProgress: tools.onProgress }, reply, [], tools.save);
  } finally {
    entry.release();
  }
}

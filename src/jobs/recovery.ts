import type { Client } from '../api/client.ts';
import { FailureError, type Failure } from '../images/failure.ts';
import type { Charge } from '../spend/entry.ts';
import type { Ledger } from '../spend/ledger.ts';
import { chargeOf } from './charge.ts';
import type { FreeFolder, Journal, JournalEntry, Sending } from './journal.ts';
import { clockError, matchRow, type Match } from './matchRow.ts';
import { remainsOf, type Remains } from './remains.ts';
import { chargeOfRow } from './rowCharge.ts';
import { asFailure, enterFiles, settle, type JobResult, type Paid, type ResumeTools } from './settle.ts';

/** What a job left in the journal that is in nobody's hands: its window was closed or killed, or somebody put it off. */
export interface Leftover {
  readonly folder: FreeFolder;
  readonly job: string;
  /** When it was sent, or last written to where that cannot be read; epoch milliseconds. */
  readonly time: number;
  /**
   * `kept`: pictures, links or unreadable bytes are here, paid for. `unknown`: it was sent, and what became of it nobody knows. `unreadable`:
   * there are bytes, and what they belong to cannot be read. `settled`: everything is in its place, or nothing ever went out;
   * only the folder is still there.
   */
  readonly kind: 'kept' | 'unknown' | 'unreadable' | 'settled';
  readonly remains: Remains;
}

/** What bringing a leftover home needs. */
export interface RecoverTools extends ResumeTools {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly onProgress: Paid['onProgress'];
  /** The service's usage log, where there is one for the job's origin: it knows what an interrupted answer did not come to say. */
  readonly account?: AccountTools;
}

export interface AccountTools {
  readonly client: Pick<Client, 'usageLog'>;
  readonly key: string;
  /** The limit of one attempt, in milliseconds: so long the service may have been at it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Hears why the log could not be asked where its answer would have been welcome, and the charge is estimated instead. */
  readonly onTrouble: (failure: Failure) => void;
}

/** Leftovers go after so long, in milliseconds. */
export const keepsFor = 30 * 24 * 3_600_000;

function kindOf(remains: Remains): Leftover['kind'] | undefined {
  const { sending, pictures, links, unread, saved, charged, begun, bytes } = remains;
  if (bytes && !sending) return 'unreadable';
  // The first line is on disk before anything goes out.
  if (!sending) return begun ? undefined : 'settled';
  if (pictures.length + links.length + unread.length > 0) return 'kept';
  return saved.length > 0 || charged ? 'settled' : 'unknown';
}

/** Everything that is left of jobs of which no live window is in charge, newest first. Changes nothing. */
export async function leftovers(journal: Journal, now: Date): Promise<readonly Leftover[]> {
  const folders = await journal.free(now.getTime());
  const found = await Promise.all(
    folders.map(async (folder): Promise<Leftover | undefined> => {
      // Gone meanwhile: another window was quicker.
      const remains = await remainsOf(folder.path, folder.job).catch(() => undefined);
      const kind = remains && kindOf(remains);
      return remains && kind && { folder, job: folder.job, time: remains.sending ? Date.parse(remains.sending.time) : folder.touched, kind, remains };
    }),
  );
  return found.filter((one) => one !== undefined).toSorted((a, b) => b.time - a.time);
}

/** Takes a leftover in hand for `work`; undefined where another window has it, or it is gone. */
async function inHand<T>(folder: FreeFolder, journal: Journal, work: (entry: JournalEntry, remains: Remains) => Promise<T>): Promise<T | undefined> {
  const entry = await journal.claim(folder);
  if (!entry) return undefined;
  try {
    // Read anew: since it was listed it may have gone through other hands.
    return await work(entry, await remainsOf(entry.folder, folder.job));
  } finally {
    entry.release();
  }
}

/** Whatever a job whose answer came at least in part has cost is entered once, by whoever finds that it is not. */
async function enterOnce(sending: Sending, entry: JournalEntry, remains: Remains, ledger: Ledger, account?: AccountTools): Promise<{ readonly charge: Charge; readonly troubles: readonly Failure[] }> {
  const received = remains.pictures.length + remains.saved.length + remains.unread.length;
  const came = { time: new Date(sending.time), received, drawn: sending.request.count, usage: remains.usage };
  let charge = chargeOf(sending, came);
  try {
    const entered = (await ledger.read()).find(({ job }) => job === sending.job);
    // Whoever has placed them may have come to its end before it told the ledger.
    const files = remains.places.filter((uri) => !entered?.files?.includes(uri));
    if (entered) {
      await enterFiles(sending.job, files, ledger);
      return { charge: entered, troubles: [] };
    }
    if (remains.charged) return { charge, troubles: [] };
    if (account && !remains.usage) {
      const match = await lookUp(sending, ledger, account).catch((error: unknown) => account.onTrouble(asFailure(error)));
      if (match?.kind === 'row') charge = { ...chargeOfRow(sending, match.row), received };
    }
    await ledger.append(charge);
    await entry.note({ event: 'charged' }).catch(() => undefined);
    await enterFiles(sending.job, files, ledger);
    return { charge, troubles: [] };
  } catch (error) {
    return { charge, troubles: [{ code: 'internal', message: `the charge could not be written down: ${asFailure(error).code}` }] };
  }
}

/**
 * Brings what is left of a job to its place: pictures are saved, links fetched, and the charge is entered if it is not in the ledger yet. Sends
 * no request that costs anything. What does not succeed stays in the journal, as after any job. Undefined where another window has it.
 * @throws {FailureError} `bad-reply` for a leftover that cannot be read
 */
export async function recover(leftover: Leftover, tools: RecoverTools): Promise<JobResult | undefined> {
  return inHand(leftover.folder, tools.journal, async (entry, remains) => {
    const { sending } = remains;
    if (!sending) throw new FailureError({ code: 'bad-reply', message: `the journal's lines of job ${leftover.job} cannot be read` });
    const { charge, troubles } = await enterOnce(sending, entry, remains, tools.ledger, tools.account);
    const fetched = remains.links.length === 0 ? { pictures: [], troubles: [] } : await tools.client.fetch(remains.links, { signal: tools.signal, landing: entry.landing });
    const unread = remains.unread.map((index) => ({ index, failure: { code: 'bad-reply', message: `picture ${index}: bytes of no known image format` } as const }));
    const pictures = [...remains.pictures, ...fetched.pictures].toSorted((a, b) => a.index - b.index);
    return settle({ sending, entry, charge, troubles, placed: remains.saved.length, ledger: tools.ledger, onProgress: tools.onProgress }, { pictures, troubles: [...fetched.troubles, ...unread] }, [], tools.save);
  });
}

/** Deletes a leftover for good; what is known to be paid is entered first, and for the rest nothing is set aside any more. False where another window has it. */
export const discard = (leftover: Pick<Leftover, 'folder' | 'job'>, { journal, ledger }: { readonly journal: Journal; readonly ledger: Ledger }): Promise<boolean> => drop(leftover, journal, ledger, true);

/** @param free whether what was set aside is given back where nothing is known to be paid: nothing was sent, or somebody wanted it so */
async function drop({ folder, job }: Pick<Leftover, 'folder' | 'job'>, journal: Journal, ledger: Ledger, free: boolean): Promise<boolean> {
  const done = await inHand(folder, journal, async (entry, remains) => {
    const { sending } = remains;
    const kind = kindOf(remains);
    if (sending && (kind === 'kept' || kind === 'settled')) await enterOnce(sending, entry, remains, ledger);
    // It goes even where the ledger cannot be told.
    else if (free) await giveBack(job, ledger).catch(() => undefined);
    await entry.finish();
    return true;
  });
  return done ?? false;
}

/** Clears away what nobody needs any more: jobs that are settled, and leftovers that nobody wanted for 30 days. Returns how many went. */
export async function prune(journal: Journal, ledger: Ledger, now: Date): Promise<number> {
  let gone = 0;
  for (const folder of await journal.free(now.getTime())) {
    const old = now.getTime() - folder.touched > keepsFor;
    const remains = await remainsOf(folder.path, folder.job).catch(() => undefined);
    const kind = remains && kindOf(remains);
    if (!remains || !(old || kind === 'settled')) continue;
    // Of what is only old nobody knows whether it was charged: that stays so.
    if (await drop({ folder, job: folder.job }, journal, ledger, kind === 'settled')) gone += 1;
  }
  return gone;
}

/** What was set aside for a job is free again: it was not charged, or nobody wants to know. */
async function giveBack(job: string, ledger: Ledger): Promise<void> {
  const { open } = await ledger.roll();
  if (open.some((reservation) => reservation.job === job)) await ledger.append({ version: 1, kind: 'release', job });
}

/** What became of a request whose answer never came. */
export type Verdict =
  /** The service charged for it. The charge is entered and the leftover is gone: the service hands its pictures out no more. */
  | { readonly kind: 'charged'; readonly charge: Charge }
  | Exclude<Match, { readonly kind: 'row' }>
  /** Another window has it, or has found out. */
  | { readonly kind: 'gone' };

/**
 * Asks the service's usage log what became of a leftover whose answer is unknown. Where the log knows, its charge is entered and the leftover
 * goes; else it stays.
 * @throws {FailureError} where the log cannot be asked; `not-found` where the service has none
 */
export async function lookInto(leftover: Leftover, { journal, ledger, account }: { readonly journal: Journal; readonly ledger: Ledger; readonly account: AccountTools }): Promise<Verdict> {
  const { sending } = leftover.remains;
  if (leftover.kind !== 'unknown' || !sending) return { kind: 'unclear' };
  const match = await lookUp(sending, ledger, account);
  if (match.kind === 'early' || match.kind === 'unclear') return match;
  const settled = await inHand(leftover.folder, journal, async (entry, remains): Promise<Verdict> => {
    if (kindOf(remains) !== 'unknown') return { kind: 'gone' };
    const known = (await ledger.read()).find(({ job }) => job === leftover.job);
    const charge = match.kind === 'row' ? (known ?? chargeOfRow(sending, match.row)) : undefined;
    if (charge && !known) await ledger.append(charge);
    if (!charge) await giveBack(leftover.job, ledger);
    await entry.finish();
    return charge ? { kind: 'charged', charge } : { kind: 'none' };
  });
  return settled ?? { kind: 'gone' };
}

async function lookUp(sending: Sending, ledger: Ledger, { client, key, timeoutMs, signal, now }: AccountTools): Promise<Match> {
  const log = await client.usageLog({ key, signal, since: Date.parse(sending.time) - clockError });
  const charges = await ledger.read();
  return matchRow(log, { sending, timeoutMs, charges, now: now().getTime() });
}

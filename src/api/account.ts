import * as z from 'zod/mini';
import { FailureError } from '../images/failure.ts';
import type { LogRow } from '../images/logRow.ts';
import { plainMessage } from '../images/redact.ts';
import { failureFromReply } from '../images/reply.ts';
import { askAccount, type AccountOptions } from './accountCall.ts';

export type { LogRow } from '../images/logRow.ts';

/** The calls of a key, of late or back to a wanted time. */
export interface UsageLog {
  /** Each row once. */
  readonly rows: readonly LogRow[];
  /** Whether there may be older rows than these. */
  readonly more: boolean;
  /** Entries that cannot be read: what they are about is not known. */
  readonly unread: number;
  /** By how much the service's clock is ahead of this computer's, in milliseconds; 0 where it does not say. */
  readonly ahead: number;
}

/** How much of the log is wanted. */
export interface LogReach {
  /** Epoch milliseconds of this computer: pages are read until one has a row from before it. Absent: the newest page is enough. */
  readonly since?: number;
  /** Rows of a page, 1 to 300; 300 unless told. */
  readonly limit?: number;
}

/** The most rows that OpenAI-HK hands out at once. */
const mostRows = 300;
/** The most pages that are read: a log is looked through, not copied. */
const mostPages = 20;

/**
 * The calls that the service billed to this key, page after page until the wanted time is reached, the log ends or 20 pages are read. Costs nothing.
 * @throws {FailureError} where the log is not reached, refuses, or says what it should not; `not-found` where the service has none.
 */
export async function readUsageLog(options: AccountOptions, { since = Number.POSITIVE_INFINITY, limit = mostRows }: LogReach = {}): Promise<UsageLog> {
  const { usageLog } = options.profile;
  if (usageLog === undefined) throw new FailureError({ code: 'not-found', message: 'the service has no usage log' });
  const url = new URL(usageLog);
  const rows = new Map<string, LogRow>();
  let start = 0;
  let unread = 0;
  let ahead = 0;
  for (let page = 0; page < mostPages; page++) {
    const answer = await askAccount(options, url, { start, limit });
    if (answer.status !== 200) throw new FailureError(failureFromReply(answer.status, { location: answer.location }, answer.text, { model: '' }));
    ({ ahead } = answer);
    const found = rowsOf(answer.text);
    const known = rows.size;
    for (const row of found.rows) rows.set(row.id, row);
    unread += found.entries - found.rows.length;
    start += found.entries;
    const more = found.entries >= limit;
    // Rows that came in meanwhile push known ones onto the next page; a page of nothing else is a log that cannot be paged.
    if (!more || rows.size === known || reaches(found.rows, since + ahead)) return { rows: [...rows.values()], more, unread, ahead };
  }
  return { rows: [...rows.values()], more: true, unread, ahead };
}

/** Whether what follows this page is older than `time`. Nobody promises the newest first: where the oldest come first, all pages are wanted. */
function reaches(rows: readonly LogRow[], time: number): boolean {
  const [first, last] = [rows[0], rows.at(-1)];
  return first !== undefined && last !== undefined && first.time >= last.time && last.time < time;
}

/** The row written last: the greatest time, and of one second the greatest id. */
export function newestOf(rows: readonly LogRow[]): LogRow | undefined {
  return rows.toSorted((a, b) => b.time - a.time || b.id.length - a.id.length || (a.id < b.id ? 1 : -1))[0];
}

const logShape = z.looseObject({
  data: z.looseObject({ logs: z.array(z.unknown()) }),
  error: z.optional(z.union([z.number(), z.string()])),
  error_des: z.optional(z.string()),
});

/** Every value comes as text; a service that sends numbers one day is understood as well. */
const figure = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
const rowShape = z.looseObject({ id: figure, ctime: figure, prompt_tokens: figure, completion_tokens: figure, fen: figure, yufen: z.optional(figure), model: z.string() });

/**
 * The rows of an answer of the usage log; what is no row is passed over, and shows in the number of entries.
 * @throws {FailureError} `bad-reply` for an answer that is none
 */
export function rowsOf(text: string): { readonly rows: readonly LogRow[]; readonly entries: number } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new FailureError({ code: 'bad-reply', message: `the usage log is not JSON: ${plainMessage(text)}` });
  }
  const { data: log } = logShape.safeParse(answer);
  if (!log) throw new FailureError({ code: 'bad-reply', message: 'the usage log has another form' });
  if (log.error !== undefined && String(log.error) !== '0') throw new FailureError({ code: 'bad-reply', message: `the usage log says: ${plainMessage(log.error_des ?? String(log.error))}` });
  const rows = log.data.logs.flatMap((entry): LogRow[] => {
    const { data: row } = rowShape.safeParse(entry);
    if (!row) return [];
    const [seconds, promptTokens, completionTokens, micros] = [wholeNumber(row.ctime), wholeNumber(row.prompt_tokens), wholeNumber(row.completion_tokens), microsOf(row.fen)];
    if (seconds === undefined || promptTokens === undefined || completionTokens === undefined || micros === undefined) return [];
    const left = row.yufen === undefined ? undefined : signedMicrosOf(row.yufen);
    return [{ id: row.id, model: row.model, time: seconds * 1000, promptTokens, completionTokens, micros, ...(left !== undefined && { left }) }];
  });
  return { rows, entries: log.data.logs.length };
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);

/** Millionths of a decimal number, exactly; undefined for what is none, or is finer or larger than money gets. */
export function microsOf(text: string): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const rest = fraction.slice(6);
  const micros = Number(whole) * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  // What a service's floating point left behind the sixth place is rounded off.
  return micros + (/^[5-9]/.test(rest) ? 1 : 0);
}

/** The same of a number that may be below zero. */
function signedMicrosOf(text: string): number | undefined {
  const [, sign, rest = ''] = /^(-?)(\d.*)$/s.exec(text.trim()) ?? [];
  const micros = microsOf(rest);
  return micros !== undefined && sign === '-' ? 0 - micros : micros;
}

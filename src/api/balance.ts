import * as z from 'zod/mini';
import { FailureError } from '../images/failure.ts';
import type { Amount } from '../images/price.ts';
import { failureFromReply } from '../images/reply.ts';
import { newestOf, readUsageLog } from './account.ts';
import { askAccount, type AccountOptions } from './accountCall.ts';

/** The newest rows are enough to find the newest. */
const fewRows = 10;

/**
 * What is left at the service; undefined where it does not tell, or tells it in a form that is not known. Costs nothing.
 * @throws {FailureError} where the service is not reached, or refuses
 */
export async function readBalance(options: AccountOptions): Promise<Amount | undefined> {
  const { balance } = options.profile;
  if (balance === 'new-api') return readQuota(options);
  if (balance === undefined) return undefined;
  const left = newestOf((await readUsageLog(options, { limit: fewRows })).rows)?.left;
  return left === undefined ? undefined : { micros: left, unit: 'credits' };
}

/**
 * new-api answers at the path with a slash at its end and redirects the one without, which its papers name; others who follow the papers
 * may do it the other way round. A redirect is not followed with the key, so both are asked.
 */
const quotaPaths = ['/api/usage/token/', '/api/usage/token'] as const;

/** A service that is not new-api's has no such address, or something else there. */
const elsewhere = (status: number): boolean => status === 404 || status === 405 || (status >= 300 && status < 400);

async function readQuota(options: AccountOptions): Promise<Amount | undefined> {
  const { origin } = new URL(options.profile.baseUrl);
  for (const path of quotaPaths) {
    const { status, text } = await askAccount(options, new URL(path, origin));
    if (elsewhere(status)) continue;
    if (status !== 200) throw new FailureError(failureFromReply(status, {}, text, { model: '' }));
    return quotaOf(text);
  }
  return undefined;
}

const quotaShape = z.looseObject({
  data: z.looseObject({ total_available: z.number(), unlimited_quota: z.optional(z.boolean()) }),
});

/** new-api counts in quota: so many are one US dollar, unless the one who runs it changed that. */
const quotaPerDollar = 500_000;

/** What is left by an answer of new-api; undefined for one of another form, and for a key without a limit of its own, whose quota says nothing. */
export function quotaOf(text: string): Amount | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data: found } = quotaShape.safeParse(answer);
  if (!found || found.data.unlimited_quota === true) return undefined;
  const micros = found.data.total_available * (1e6 / quotaPerDollar);
  return Number.isSafeInteger(micros) ? { micros, unit: 'USD' } : undefined;
}

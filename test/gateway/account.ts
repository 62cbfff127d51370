import type { IncomingMessage } from 'node:http';

import { milliCredits, type WireUsage } from './tokens.ts';

/** One row of the usage log. OpenAI-HK sends every value as a string. */
export interface LogRow {
  readonly id: string;
  readonly user_id: string;
  /** Epoch seconds. */
  readonly ctime: string;
  readonly prompt_tokens: string;
  readonly completion_tokens: string;
  /** Credits this call cost. */
  readonly fen: string;
  readonly model: string;
  /** Credits left after it. */
  readonly yufen: string;
  readonly reqid: string;
  readonly ip: string;
  readonly note: string;
}

/** The money side: a balance in credits, and a row for every paid call. */
export interface Account {
  /** Credits left, to a thousandth. */
  balance(): number;
  /** Takes what `usage` costs and writes it down. */
  charge(model: string, usage: WireUsage, request: IncomingMessage): void;
  /** Writes down calls that did not come through the gateway, the oldest first, and takes what they cost. */
  enter(calls: readonly ForeignCall[]): void;
  /** The answer of `POST /openai/sk/log` to this body, newest row first. */
  log(body: unknown): object;
  /** The answer of new-api's `GET /api/usage/token/`: what is left in its units, as if credits had been paid for at 71,000 a dollar. */
  tokenUsage(): object;
}

/** A call of another program with the same key. */
export interface ForeignCall {
  readonly model: string;
  readonly usage: WireUsage;
  /** Epoch milliseconds; now, unless told. */
  readonly time?: number;
}

const credits = (milli: number): string => String(milli / 1000);

/** In new-api's units, 500,000 to the dollar, of 71,000 credits. */
const quota = (milli: number): number => Math.round((milli / 71_000_000) * 500_000);

function refusal(reason: string): object {
  return { data: { logs: [] }, error: 1, error_des: reason };
}

export function createAccount(opening: number): Account {
  let milli = Math.round(opening * 1000);
  let spent = 0;
  const rows: LogRow[] = [];
  const enter = ({ model, usage, time = Date.now() }: ForeignCall, ip: string): void => {
    const cost = milliCredits(usage);
    milli -= cost;
    spent += cost;
    rows.unshift({
      id: String(1_000_001 + rows.length),
      user_id: '10086',
      ctime: String(Math.floor(time / 1000)),
      prompt_tokens: String(usage.input_tokens),
      completion_tokens: String(usage.output_tokens),
      fen: credits(cost),
      model,
      yufen: credits(milli),
      reqid: crypto.randomUUID(),
      ip,
      note: '',
    });
  };
  return {
    balance: () => milli / 1000,
    charge: (model, usage, request) => enter({ model, usage }, request.socket.remoteAddress ?? ''),
    enter(calls) {
      for (const call of calls) enter(call, '203.0.113.7');
    },
    tokenUsage: () => ({
      code: true,
      message: 'ok',
      data: {
        object: 'token_usage',
        name: 'test key',
        total_granted: quota(milli + spent),
        total_used: quota(spent),
        total_available: quota(milli),
        unlimited_quota: false,
        model_limits: {},
        model_limits_enabled: false,
        expires_at: 0,
      },
    }),
    log(body) {
      const { start, limit } = (body ?? {}) as { start?: unknown; limit?: unknown };
      if (!Number.isInteger(start) || (start as number) < 0) return refusal('start must be a whole number, 0 or more');
      if (!Number.isInteger(limit) || (limit as number) <= 0 || (limit as number) > 300) {
        return refusal('limit must be a whole number from 1 to 300');
      }
      const logs = rows.slice(start as number, (start as number) + (limit as number));
      return { data: { logs }, error: 0, error_des: '' };
    },
  };
}

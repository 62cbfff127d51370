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
  /** The answer of `POST /openai/sk/log` to this body, newest row first. */
  log(body: unknown): object;
}

const credits = (milli: number): string => String(milli / 1000);

function refusal(reason: string): object {
  return { data: { logs: [] }, error: 1, error_des: reason };
}

export function createAccount(opening: number): Account {
  let milli = Math.round(opening * 1000);
  const rows: LogRow[] = [];
  return {
    balance: () => milli / 1000,
    charge(model, usage, request) {
      const cost = milliCredits(usage);
      milli -= cost;
      rows.unshift({
        id: String(1_000_001 + rows.length),
        user_id: '10086',
        ctime: String(Math.floor(Date.now() / 1000)),
        prompt_tokens: String(usage.input_tokens),
        completion_tokens: String(usage.output_tokens),
        fen: credits(cost),
        model,
        yufen: credits(milli),
        reqid: crypto.randomUUID(),
        ip: request.socket.remoteAddress ?? '',
        note: '',
      });
    },
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

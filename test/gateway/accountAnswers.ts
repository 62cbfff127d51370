import { setTimeout as sleep } from 'node:timers/promises';

import type { Account } from './account.ts';
import { reset, type Exchange } from './exchange.ts';
import type { Fault, FaultQueue } from './faults.ts';
import { hang, redirect } from './files.ts';
import { readJson } from './json.ts';
import { send } from './wire.ts';

/** What answering a question about the account takes. */
export interface Books {
  readonly account: Account;
  readonly faults: FaultQueue;
  readonly filesOrigin: () => string;
}

/** Answers one `POST /openai/sk/log`, as OpenAI-HK does. */
export async function answerLog(books: Books, exchange: Exchange): Promise<void> {
  const fault = take(books, exchange);
  const fields = await readJson(exchange.request);
  exchange.note({ fields });
  await answer(books, exchange, fault, books.account.log(fields));
}

/** Answers one `GET /api/usage/token/`, as new-api does: without the slash at its end, it points there. */
export async function answerTokenUsage(books: Books, exchange: Exchange): Promise<void> {
  const [path = ''] = exchange.entry.path.split('?');
  if (!path.endsWith('/')) return redirect(exchange, 301, `${path}/`);
  await answer(books, exchange, take(books, exchange), books.account.tokenUsage());
}

function take({ faults }: Books, { note }: Exchange): Fault | undefined {
  const played = faults.take();
  if (played) note({ fault: played.name });
  return played?.fault;
}

async function answer({ filesOrigin }: Books, exchange: Exchange, fault: Fault | undefined, value: object): Promise<void> {
  const { request, response, signal } = exchange;
  if (fault?.kind === 'reset') reset(exchange);
  if (fault?.kind === 'redirect') return redirect(exchange, fault.status, filesOrigin() + (request.url ?? ''));
  if (fault?.kind === 'no-headers') await (fault.ms === Infinity ? hang(signal) : sleep(fault.ms, undefined, { signal }));
  if (fault?.kind === 'status') {
    const page = Buffer.from(fault.html ?? JSON.stringify({ error: fault.error }));
    return send(response, fault.status, fault.html === undefined ? 'application/json' : 'text/html', [page], signal);
  }
  if (fault?.kind === 'body') return send(response, 200, 'application/json', [Buffer.from(fault.text)], signal);
  const whole = Buffer.from(JSON.stringify(value));
  await send(response, 200, 'application/json', [fault?.kind === 'invalid-json' ? whole.subarray(0, -10) : whole], signal, fault);
}

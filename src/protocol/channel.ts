import * as z from 'zod/mini';

/** One request that a webview can make: what it asks with, and what it is answered. Either is checked where it arrives. */
export interface Exchange {
  readonly ask: z.ZodMiniType;
  readonly answer: z.ZodMiniType;
}

/** Every request of a webview, by its name. */
export type Exchanges = Readonly<Record<string, Exchange>>;

/** Every event that the editor tells a webview of, by its name. */
export type Events = Readonly<Record<string, z.ZodMiniType>>;

export type AskOf<E extends Exchange> = z.infer<E['ask']>;
export type AnswerOf<E extends Exchange> = z.infer<E['answer']>;

/** What answers each request. What it throws reaches the asker as one sentence. */
export type Handlers<R extends Exchanges> = { readonly [Name in keyof R]: (ask: AskOf<R[Name]>) => Promise<AnswerOf<R[Name]>> | AnswerOf<R[Name]> };

const asked = z.strictObject({ id: z.number().check(z.int(), z.nonnegative()), ask: z.string().check(z.maxLength(100)), with: z.unknown() });
const answered = z.union([
  z.strictObject({ answer: z.number(), value: z.unknown() }),
  z.strictObject({ answer: z.number(), refused: z.string() }),
]);
const told = z.strictObject({ event: z.string(), value: z.unknown() });

/** Why a request was not answered, as a sentence for the user. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Most lines that one webview's dropped messages may put into the log. */
const mostLogged = 50;

/** The editor's end: hears requests, answers each of them once, and tells of events. */
export interface EditorEnd<E extends Events> {
  /** Takes whatever arrived from the webview. What is no request of ours is logged and dropped. */
  readonly hear: (message: unknown) => Promise<void>;
  readonly tell: <Name extends keyof E & string>(event: Name, value: z.infer<E[Name]>) => void;
}

/**
 * @param post hands a message to the webview
 * @param sentenceOf what the user is told of what a handler threw
 * @param log hears of what is dropped; never the message itself, which may be anything
 */
export function editorEnd<R extends Exchanges, E extends Events>(
  exchanges: R,
  handlers: Handlers<R>,
  { post, sentenceOf, log }: { readonly post: (message: unknown) => void; readonly sentenceOf: (error: unknown) => string; readonly log: (line: string) => void },
): EditorEnd<E> {
  let dropped = 0;
  const drop = (line: string): void => {
    dropped += 1;
    // A page that has gone mad is not to fill the log.
    if (dropped <= mostLogged) log(dropped < mostLogged ? line : `${line}; what is dropped from here on is not logged`);
  };

  /** The name and the ask of what is a request of ours; anything else is dropped. */
  function read(message: unknown): { readonly id: number; readonly name: keyof R; readonly ask: unknown } | undefined {
    const heard = asked.safeParse(message);
    if (!heard.success) {
      drop('a message that is no request was dropped');
      return undefined;
    }
    const { id, ask: name } = heard.data;
    // Names that every object has, such as `constructor`, are no requests.
    const exchange = Object.hasOwn(exchanges, name) ? exchanges[name] : undefined;
    if (!exchange) {
      drop(`a request of no known name was dropped: ${JSON.stringify(name)}`);
      return undefined;
    }
    const ask = exchange.ask.safeParse(heard.data.with);
    if (!ask.success) {
      drop(`a malformed request was dropped: ${name}, ${ask.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join('; ').slice(0, 300)}`);
      return undefined;
    }
    return { id, name, ask: ask.data };
  }

  /** What a request is answered. */
  async function answer(name: keyof R, ask: unknown): Promise<{ readonly value: unknown } | { readonly refused: string }> {
    try {
      const handler = handlers[name] as (ask: unknown) => unknown;
      return { value: await handler(ask) };
    } catch (error) {
      return { refused: sentenceOf(error) };
    }
  }

  return {
    async hear(message) {
      const request = read(message);
      if (request) post({ answer: request.id, ...(await answer(request.name, request.ask)) });
    },
    tell: (event, value) => post({ event, value }),
  };
}

/** The webview's end: asks, and hears of events. */
export interface WebviewEnd<R extends Exchanges, E extends Events> {
  /** Always settles. @throws {Refused} with a sentence for the user, also when no answer comes in time */
  readonly ask: <Name extends keyof R & string>(name: Name, ask: AskOf<R[Name]>) => Promise<AnswerOf<R[Name]>>;
  /** Returns what stops it. */
  readonly on: <Name extends keyof E & string>(event: Name, heard: (value: z.infer<E[Name]>) => void) => () => void;
  /** Takes whatever arrived from the editor. What is malformed is dropped. */
  readonly hear: (message: unknown) => void;
}

/** Whoever answers does so within this time, in milliseconds: no request waits for a person. */
const patience = 30_000;

/**
 * @param post hands a message to the editor
 * @param silence what is said when no answer comes, or one that cannot be read
 */
export function webviewEnd<R extends Exchanges, E extends Events>(
  exchanges: R,
  events: E,
  { post, silence, log }: { readonly post: (message: unknown) => void; readonly silence: () => string; readonly log: (line: string) => void },
): WebviewEnd<R, E> {
  interface Waiting {
    readonly name: string;
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: Error) => void;
    readonly timer: ReturnType<typeof setTimeout>;
  }
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  let last = 0;

  const settle = (id: number): Waiting | undefined => {
    const one = waiting.get(id);
    if (one) clearTimeout(one.timer);
    waiting.delete(id);
    return one;
  };

  return {
    ask: (name, ask) =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        const timer = setTimeout(() => settle(id)?.reject(new Refused(silence())), patience);
        waiting.set(id, { name, resolve: resolve as (value: unknown) => void, reject, timer });
        try {
          post({ id, ask: name, with: ask });
        } catch (error) {
          // What cannot be handed over is never answered.
          settle(id);
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      }),
    on(event, heard) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(heard as (value: unknown) => void));
      return () => void known.delete(heard as (value: unknown) => void);
    },
    hear(message) {
      const answer = answered.safeParse(message);
      if (answer.success) {
        const one = settle(answer.data.answer);
        if (!one) return;
        if ('refused' in answer.data) {
          one.reject(new Refused(answer.data.refused));
          return;
        }
        const value = exchanges[one.name]?.answer.safeParse(answer.data.value);
        if (value?.success) one.resolve(value.data);
        else {
          log(`an answer that cannot be read: ${one.name}`);
          one.reject(new Refused(silence()));
        }
        return;
      }
      const event = told.safeParse(message);
      const schema = event.success && Object.hasOwn(events, event.data.event) ? events[event.data.event] : undefined;
      const value = schema?.safeParse(event.data?.value);
      if (!event.success || !value?.success) {
        log(`a message that cannot be read was dropped${event.success ? `: ${event.data.event}` : ''}`);
        return;
      }
      for (const heard of listeners.get(event.data.event) ?? []) heard(value.data);
    },
  };
}

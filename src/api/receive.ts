import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { catch as orElse } from 'zod/mini';
import type { Failure } from '../images/failure.ts';
import { headerBytes, imageHeader } from '../images/format.ts';
import type { ImageHeader } from '../images/header.ts';
import { keepFailure } from '../images/keepFailure.ts';
import type { Usage } from '../images/price.ts';
import type { Base64Target } from './base64.ts';
import { createScanner, type ScanFinds, type Scanner } from './decode.ts';
import type { BodyReader } from './exchange.ts';
import { createSink, type BufferPool, type Sink } from './sink.ts';
import { createEventStream } from './sse.ts';
import type { Landing, ReceivedPicture, Trouble } from './types.ts';

/** Most bytes of one picture. */
export const pictureLimit = 256 * 1024 * 1024;

/**
 * Most pictures that are taken from one reply, by bytes or by link: many times what can be asked for. What a broken service sends
 * beyond must not fill the disk, nor use up what files may be open.
 */
export const mostPictures = 64;
/** With the partial pictures of each. */
const mostFiles = mostPictures * 4;

/** A link that came instead of a picture. */
export interface ReceivedLink {
  readonly index: number;
  readonly url: string;
  readonly revisedPrompt?: string;
}

/** What one response held, as far as it came. */
export interface Received {
  readonly pictures: readonly ReceivedPicture[];
  /** Pictures of which only a link came. Every link is in the landing's keeping already. */
  readonly links: readonly ReceivedLink[];
  readonly usage?: Usage;
  readonly troubles: readonly Trouble[];
  /** The JSON text that says what went wrong, where a service answers 200 and an error all the same. */
  readonly error?: string;
  /** The reply itself was read whole, whatever became of the connection after it. */
  readonly complete: boolean;
}

export interface ReceiverOptions {
  readonly landing: Landing;
  readonly contentType: string;
  readonly onPartial: (file: string, partialIndex: number) => void;
  readonly log: (line: string) => void;
}

/** Takes a response of the Images API apart while it arrives: pictures go to the landing's files, the rest is read at the end. */
export interface Receiver extends BodyReader {
  /** Ends the reading, whole or not (`cut`); closes every file, and removes those that are not whole. Never rejects. */
  finish(cut: boolean): Promise<Received>;
}

/** What is known of one picture so far. */
interface Slot {
  sink?: Sink;
  ended: boolean;
  problem?: string | undefined;
  url?: string;
  revisedPrompt?: string;
  /** What the whole bytes turned out to be, once they are in the landing's keeping. */
  home?: Promise<Judged>;
}
type Slots = Map<number, Slot>;

/** Bytes that came whole: in a file of the landing, with a header where they are a picture that is known. */
type Judged = { readonly bytes: number; readonly header: ImageHeader | undefined } | { readonly error: unknown };

/** Takes the bytes of a picture that is not wanted. */
const nowhere: Base64Target = { decode: (text) => Buffer.byteLength(text, 'base64'), commit: () => undefined };

const slotOf = (slots: Slots, index: number): Slot => {
  const known = slots.get(index);
  if (known !== undefined) return known;
  const made: Slot = { ended: false };
  slots.set(index, made);
  return made;
};

/** Reads JSON and event streams alike, by what comes rather than by what was asked for. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { landing, log } = options;
  const pool: BufferPool = [];
  const slots: Slots = new Map();
  /** What goes on beside the reading: links being kept, files being moved. None of these rejects. */
  const work: Promise<void>[] = [];
  const leftovers: string[] = [];
  const troubles: Trouble[] = [];
  const sinks: Sink[] = [];
  let active: Sink | undefined;
  let usage: Usage | undefined;
  let errorText: string | undefined;
  let complete = false;
  let mode: 'unknown' | 'json' | 'events' = 'unknown';

  const keep = (index: number, url: string): void => {
    if (/^https?:/i.test(url)) {
      work.push(landing.keepUrl(index, url).catch((error: unknown) => log(`the link of picture ${index} could not be kept: ${String(error)}`)));
    }
  };

  /** Brings whole bytes to the landing's file, judges them and hands them over. Never rejects; undefined for what is not whole. */
  const bringHome = (index: number, slot: Slot): Promise<Judged> | undefined => {
    const { sink } = slot;
    if (sink === undefined || !slot.ended || slot.problem !== undefined || sink.bytes === 0) return undefined;
    const home = async (): Promise<Judged> => {
      const file = landing.pictureFile(index);
      const written = await sink.close();
      if (written !== undefined) return { error: written };
      try {
        if (sink.path !== file) await rename(sink.path, file);
        const header = await headerOf(file);
        await landing.keepPicture?.(index, sink.bytes).catch((error: unknown) => log(`picture ${index} could not be noted: ${String(error)}`));
        return { bytes: sink.bytes, header };
      } catch (error) {
        return { error };
      }
    };
    slot.home = home();
    return slot.home;
  };

  const finds = (into: Slots, place: (index: number) => number, path: (index: number) => string): ScanFinds => ({
    picture: (index) => {
      if (place(index) >= mostPictures || sinks.length >= mostFiles) return nowhere;
      const slot = slotOf(into, place(index));
      active = createSink(path(place(index)), pool, pictureLimit, slot.sink?.close());
      sinks.push(active);
      slot.sink = active;
      slot.ended = false;
      delete slot.home;
      return active;
    },
    pictureEnd: (index, problem) => {
      if (!into.has(place(index))) return;
      const slot = slotOf(into, place(index));
      slot.ended = true;
      slot.problem = problem;
      void slot.sink?.close();
      // An event's picture may be a preview: that is known at the event's end.
      if (into === slots) void bringHome(place(index), slot);
    },
    url: (index, url) => {
      if (place(index) >= mostPictures) return;
      slotOf(into, place(index)).url = url;
      keep(place(index), url);
    },
  });

  const json = createScanner('reply', finds(slots, (index) => index, (index) => landing.pictureFile(index)));

  // one event at a time; its pictures lie beside the landing's files until it is known what it is
  let next = 0;
  let events = 0;
  let eventSlots: Slots = new Map();
  let event: Scanner | undefined;

  const startEvent = (): Scanner => {
    eventSlots = new Map();
    const [first, number] = [next, events++];
    return createScanner('event', finds(eventSlots, (index) => first + Math.max(index, 0), (index) => `${landing.pictureFile(index)}.event-${number}`));
  };

  const endEvent = (name: string): void => {
    const result = event?.end();
    event = undefined;
    if (result === undefined) return;
    for (const slot of eventSlots.values()) if (slot.sink !== undefined) leftovers.push(slot.sink.path);
    if (result.problem !== undefined) {
      if (result.text.trim() === '[DONE]') {
        complete = true;
        return;
      }
      // what follows the picture broke off: the picture did not
      if (name.endsWith('completed')) takeEvent();
      troubles.push({ failure: { code: 'bad-reply', message: `event ${name}: ${result.problem}` } });
      return;
    }
    const said = eventShape.safeParse(result.document);
    const kind = said.data?.type ?? name;
    if (said.data?.error || kind === 'error') {
      errorText = JSON.stringify(result.document);
      complete = true;
    } else if (/partial/.test(kind)) {
      const [file] = eventSlots.values();
      if (file?.sink !== undefined && file.ended && file.problem === undefined) work.push(tellPartial(file.sink, said.data?.partial_image_index ?? 0));
    } else if (eventSlots.size > 0) {
      readDocument(result.document, next, eventSlots);
      takeEvent();
      complete = true;
    }
  };

  const takeEvent = (): void => {
    for (const [index, slot] of eventSlots) {
      slots.set(index, slot);
      void bringHome(index, slot);
      next = Math.max(next, index + 1);
    }
  };

  const tellPartial = async (sink: Sink, index: number): Promise<void> => {
    if ((await sink.close()) === undefined) options.onPartial(sink.path, index);
  };

  const stream = createEventStream({
    data: (chunk, start, end) => {
      event ??= startEvent();
      event.push(chunk, start, end);
    },
    event: endEvent,
  });

  /** Reads what stands beside the pictures of a reply, or of an event whose first picture is number `first`. */
  const readDocument = (document: unknown, first: number, into: Slots): void => {
    const reply = replyShape.safeParse(document);
    if (!reply.success) {
      troubles.push({ failure: { code: 'bad-reply', message: `the answer is not a reply of the Images API: ${reply.error.issues[0]?.message ?? ''}` } });
      return;
    }
    usage = addUsage(usage, usageOf(reply.data.usage));
    if (reply.data.error !== undefined && reply.data.error !== null) errorText = JSON.stringify(document);
    const items = reply.data.data ?? (into === slots ? [] : [document]);
    if (first + items.length > mostPictures) troubles.push({ failure: { code: 'bad-reply', message: `${first + items.length} pictures, of which the first ${mostPictures} are taken` } });
    for (const [place, item] of items.slice(0, Math.max(0, mostPictures - first)).entries()) {
      const index = first + place;
      const picture = pictureShape.safeParse(item);
      const slot = into.get(index);
      if (slot === undefined) {
        const failure: Failure = { code: 'bad-reply', message: 'an entry with neither bytes nor a link' };
        troubles.push({ index, failure });
      } else if (picture.data?.revised_prompt) slot.revisedPrompt = picture.data.revised_prompt;
    }
  };

  const endReading = (cut: boolean): void => {
    if (mode === 'events') {
      stream.end();
      if (!complete && !cut) troubles.unshift({ failure: { code: 'connection-lost', message: 'the events ended before the picture' } });
      return;
    }
    const result = json.end();
    if (result.problem === undefined) {
      complete = true;
      readDocument(result.document, 0, slots);
    } else if (!cut) {
      log(`unreadable answer: ${result.text.slice(0, 300)}`);
      troubles.push({ failure: { code: 'bad-reply', message: result.problem } });
    }
  };

  /** What became of one picture: whole, a link, or nothing. */
  const settle = async (index: number, slot: Slot): Promise<ReceivedPicture | ReceivedLink | Trouble | undefined> => {
    const file = landing.pictureFile(index);
    const more = { index, ...(slot.revisedPrompt === undefined ? {} : { revisedPrompt: slot.revisedPrompt }) };
    const url = slot.url !== undefined && !slot.url.startsWith('data:') ? slot.url : undefined;
    const { sink } = slot;
    if (sink === undefined) return url === undefined ? undefined : { ...more, url };
    const written = await sink.close();
    if (sink.bytes === 0) slot.problem ??= 'no bytes';
    const home = written === undefined ? await slot.home : undefined;
    if (home !== undefined) {
      if ('error' in home) return url === undefined ? { index, failure: keepFailure(landing.folder ?? dirname(file), home.error) } : { ...more, url };
      const { bytes, header } = home;
      if (header !== undefined) return { ...more, file, bytes, header, ...(url === undefined ? {} : { url }) };
      // it was paid for, and a format unknown today may be readable all the same: the file stays
      return { index, failure: { code: 'bad-reply', message: `picture ${index}: ${bytes} bytes of no known image format` } };
    }
    await sink.discard();
    if (url !== undefined) return { ...more, url };
    // Nothing of it is left: to ask for it again is to pay for it again.
    if (written !== undefined) return { index, failure: keepFailure(landing.folder ?? dirname(file), written) };
    return slot.ended ? { index, failure: { code: 'bad-reply', message: `picture ${index}: ${slot.problem}` } } : undefined;
  };

  return {
    push: (chunk) => {
      if (mode === 'unknown') {
        const kind = kindOf(chunk, options.contentType);
        if (kind === undefined) return undefined;
        mode = kind;
      }
      if (mode === 'json') json.push(chunk);
      else stream.push(chunk);
      return active?.busy();
    },
    finish: async (cut) => {
      endReading(cut);
      await Promise.all(work);
      const settled = await Promise.all([...slots].toSorted(([a], [b]) => a - b).map(([index, slot]) => settle(index, slot)));
      await Promise.all(sinks.map((sink) => sink.close()));
      await Promise.all(leftovers.map((path) => rm(path, { force: true }).catch(() => undefined)));
      return {
        pictures: settled.filter((one) => one !== undefined && 'header' in one),
        links: settled.filter((one) => one !== undefined && 'url' in one && !('header' in one)) as ReceivedLink[],
        troubles: [...troubles, ...settled.filter((one) => one !== undefined && 'failure' in one)],
        complete,
        ...(usage === undefined ? {} : { usage }),
        ...(errorText === undefined ? {} : { error: errorText }),
      };
    },
  };
}

const lenient = <T extends z.ZodMiniType>(type: T) => orElse(z.optional(z.nullable(type)), undefined);

const eventShape = z.looseObject({ type: lenient(z.string()), partial_image_index: lenient(z.number()), error: z.optional(z.unknown()) });
const pictureShape = z.looseObject({ revised_prompt: lenient(z.string()) });
const replyShape = z.looseObject({ data: z.optional(z.nullable(z.array(z.unknown()))), usage: z.optional(z.unknown()), error: z.optional(z.unknown()) });

const tokens = z.int().check(z.nonnegative());
const usageShape = z.looseObject({
  input_tokens: lenient(tokens),
  output_tokens: lenient(tokens),
  input_tokens_details: lenient(z.looseObject({ text_tokens: lenient(tokens), image_tokens: lenient(tokens) })),
});

/**
 * The tokens a reply says it is billed for; undefined where it says nothing usable. Where the input is not taken apart it
 * counts as text, and what the parts leave over does too.
 */
export function usageOf(said: unknown): Usage | undefined {
  const { data } = usageShape.safeParse(said);
  const details = data?.input_tokens_details;
  const imageIn = details?.image_tokens ?? 0;
  const textIn = details?.text_tokens ?? Math.max(0, (data?.input_tokens ?? 0) - imageIn);
  const imageOut = data?.output_tokens;
  const unsplit = (details?.text_tokens ?? details?.image_tokens ?? undefined) === undefined && textIn > 0;
  return imageOut === undefined || imageOut === null ? undefined : { textIn, imageIn, imageOut, ...(unsplit && { unsplit }) };
}

const addUsage = (a: Usage | undefined, b: Usage | undefined): Usage | undefined =>
  a === undefined || b === undefined ? (a ?? b) : { textIn: a.textIn + b.textIn, imageIn: a.imageIn + b.imageIn, imageOut: a.imageOut + b.imageOut, ...((a.unsplit ?? b.unsplit) && { unsplit: true }) };

/** What a body is, from its first bytes; undefined while there is only white space. Content types are often wrong. */
const kindOf = (chunk: Buffer, contentType: string): 'json' | 'events' | undefined => {
  const start = chunk.toString('latin1', 0, 64).replace(/^\u00EF\u00BB\u00BF/, '').trimStart();
  if (start === '') return chunk.length > 64 ? 'json' : undefined;
  if (start.startsWith('{')) return 'json';
  return /event-stream/i.test(contentType) || /^(data|event|id|retry)?:/.test(start) ? 'events' : 'json';
};

/** What the first bytes of a file tell. */
export async function headerOf(path: string): Promise<ImageHeader | undefined> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(Math.min(headerBytes, (await file.stat()).size));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return imageHeader(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

import type { Account } from './account.ts';
import { badParameter, quotaSpent, Refusal } from './errors.ts';
import { reset, type Exchange } from './exchange.ts';
import { faultInPrompt, type Fault, type FaultQueue } from './faults.ts';
import { hang, redirect, type FileStore } from './files.ts';
import { readJson } from './json.ts';
import { readForm, recordedFile, type Form } from './multipart.ts';
import type { Painter } from './pictures.ts';
import type { RecordedRequest } from './record.ts';
import { judge, type Ask, type Endpoint, type PictureFormat, type RuleBook } from './rules.ts';
import { nearestSize, type Size } from './size.ts';
import { completedEvent, doneEvent, errorEvent, partialEvent, type EventFacts } from './sse.ts';
import { pictureTokens, referenceTokens, textTokens, usageOf, type Finish, type WireUsage } from './tokens.ts';
import { base64Of, drop, finish, jsonPieces, send, writePieces } from './wire.ts';

/** What answering an image request takes. */
export interface Studio {
  readonly book: RuleBook;
  readonly faults: FaultQueue;
  readonly account: Account;
  readonly files: FileStore;
  readonly paint: Painter;
  readonly filesOrigin: () => string;
  readonly bodyLimit: number;
  readonly b64Prefix: boolean;
  readonly latency: (request: RecordedRequest) => number;
  /** Stands in for what would be drawn. */
  readonly picture: ((index: number, request: RecordedRequest) => Buffer) | undefined;
}

/** A request judged and priced, its pictures still to be made. */
interface Order {
  readonly ask: Ask;
  readonly size: Size;
  readonly format: PictureFormat;
  readonly finish: Finish;
  readonly count: number;
  readonly usage: WireUsage;
}

/** Answers one POST to generations or edits, playing the fault that waits for it. */
export async function answerImages(studio: Studio, endpoint: Endpoint, exchange: Exchange): Promise<void> {
  const { request, note, signal } = exchange;
  const queued = studio.faults.take();
  if (queued) note({ fault: queued.name });
  if (queued?.fault.kind === 'reset' && queued.fault.when === 'before-read') reset(exchange);
  if (queued?.fault.kind === 'status' && queued.fault.when === 'before-read') return answerStatus(exchange, queued.fault);
  if (Number(request.headers['content-length']) > studio.bodyLimit) throw tooLarge();

  const form = await read(studio, endpoint, exchange);
  note({ fields: form.fields, files: form.files.map(recordedFile) });
  const asked = form.fields['prompt'];
  const played = queued ?? (typeof asked === 'string' ? faultInPrompt(asked) : undefined);
  const fault = played?.fault;
  if (played) note({ fault: played.name });
  if (fault?.kind === 'status') return answerStatus(exchange, fault);
  if (fault?.kind === 'redirect') return redirect(exchange, fault.status, studio.filesOrigin() + (request.url ?? ''));
  if (fault?.kind === 'reset' && fault.when === 'before-read') reset(exchange);

  const ask = judge(studio.book, endpoint, form);
  if (fault?.kind === 'sse' && !ask.stream) throw badParameter('stream', 'wrong_fault', `The fault '${played?.name ?? ''}' wants a streamed request.`);
  if (studio.account.balance() <= 0) throw quotaSpent();
  const order = priced(studio, ask, fault);
  studio.account.charge(ask.model, order.usage, request);
  note({ paid: true });
  if (fault?.kind === 'reset') reset(exchange);
  if (fault?.kind === 'no-headers') await (fault.ms === Infinity ? hang(signal) : sleep(fault.ms, undefined, { signal }));
  if (ask.stream) await answerStream(studio, exchange, order, fault);
  else await answerJson(studio, exchange, order, fault);
}

async function read(studio: Studio, endpoint: Endpoint, { request, entry, note }: Exchange): Promise<Form> {
  request.on('data', (chunk: Buffer) => note({ bodyBytes: entry.bodyBytes + chunk.length }));
  if (endpoint === 'edits') {
    const form = await readForm(request);
    if (entry.bodyBytes > studio.bodyLimit) throw tooLarge();
    return form;
  }
  return { fields: await readJson(request), files: [] };
}

function tooLarge(): Refusal {
  return new Refusal(413, { message: 'Maximum content size limit exceeded.', type: 'invalid_request_error', param: null, code: null });
}

function answerStatus({ response, signal }: Exchange, fault: Extract<Fault, { kind: 'status' }>): Promise<void> {
  for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
  const json = Buffer.from(JSON.stringify({ error: fault.error }));
  if (fault.html === undefined) return send(response, fault.status, 'application/json', [json], signal);
  return send(response, fault.status, 'text/html; charset=UTF-8', [Buffer.from(fault.html)], signal);
}

function priced({ book }: Studio, ask: Ask, fault: Fault | undefined): Order {
  const first = ask.images[0]?.header;
  const own = ask.size === 'auto' ? (first ? nearestSize(ask.model, first) : { width: 1024, height: 1024 }) : ask.size;
  const size = fault?.kind === 'other-size' ? fault : own;
  const format = fault?.kind === 'other-format' ? fault.format : ask.format;
  const count = fault?.kind === 'empty-data' ? 0 : fault?.kind === 'fewer' ? Math.min(ask.n, fault.count) : ask.n;
  const finish = ask.quality === 'auto' ? 'medium' : ask.quality;
  const each = pictureTokens(book.dialect, ask.model, finish, size.width, size.height) + 100 * ask.partialImages;
  let imageIn = 0;
  for (const { header } of [...ask.images, ...(ask.mask ? [ask.mask] : [])]) {
    if (header) imageIn += referenceTokens(ask.model, header.width, header.height);
  }
  const usage = usageOf(textTokens(ask.prompt), imageIn, each * count);
  return { ask, size: { width: size.width, height: size.height }, format, finish, count, usage };
}

function make(studio: Studio, { entry }: Exchange, { ask, size, format }: Order, index: number, finish: number): Promise<Buffer> {
  if (studio.picture) return Promise.resolve(studio.picture(index, entry));
  const { prompt, model, images, mask } = ask;
  return studio.paint({
    prompt: prompt.replace(/\s*\[fault:[\w-]+\]\s*/g, ' ').trim() || prompt,
    model,
    index,
    size,
    format,
    compression: ask.compression ?? 100,
    transparent: ask.background === 'transparent',
    references: images.map(({ bytes }) => bytes),
    mask: mask?.bytes,
    finish,
  });
}

/** What the answer says of the pictures; only OpenAI's own service says it. */
function factsOf({ ask, size, format, finish }: Order): EventFacts {
  return {
    created_at: Math.floor(Date.now() / 1000),
    size: `${size.width}x${size.height}`,
    quality: finish,
    background: ask.background === 'transparent' ? 'transparent' : 'opaque',
    output_format: format,
  };
}

function usageFor(fault: Fault | undefined, usage: WireUsage): object | undefined {
  if (fault?.kind === 'no-usage') return undefined;
  if (fault?.kind !== 'no-usage-details') return usage;
  const { input_tokens, output_tokens, total_tokens } = usage;
  return { input_tokens, output_tokens, total_tokens };
}

async function answerJson(studio: Studio, exchange: Exchange, order: Order, fault: Fault | undefined): Promise<void> {
  const { response, entry, signal } = exchange;
  const { ask, format } = order;
  const { dialect } = studio.book;
  await pause(studio.latency(entry), signal);
  const links = fault?.kind === 'url' || fault?.kind === 'empty-b64';
  const asB64 = !links && (dialect === 'openai' || ask.responseFormat === 'b64_json' || fault?.kind === 'invalid-base64');
  const blobs = new Map<string, Buffer>();
  const data: object[] = [];
  for (let index = 0; index < order.count; index++) {
    const picture = await make(studio, exchange, order, index, 1);
    const revised = dialect === 'openai-hk' ? { revised_prompt: ask.prompt } : {};
    if (asB64) {
      const blob = `@blob-${index}@`;
      blobs.set(blob, fault?.kind === 'invalid-base64' ? spoiled(picture) : base64Of(picture));
      data.push({ ...revised, b64_json: (studio.b64Prefix ? `data:image/${format};base64,` : '') + blob });
    } else {
      const url = studio.files.keep(picture, format, fault?.kind === 'url' ? fault.trouble : undefined);
      data.push({ ...revised, url, ...(fault?.kind === 'empty-b64' && { b64_json: '' }) });
    }
  }
  const { created_at: created, ...facts } = factsOf(order);
  const usage = usageFor(fault, order.usage);
  const reply = { created, ...(dialect === 'openai' && facts), data, ...(usage && { usage }) };
  const pieces = jsonPieces(reply, blobs);
  if (fault?.kind === 'invalid-json') {
    const half = Buffer.concat(pieces).subarray(0, -40);
    return send(response, 200, 'application/json', [half], signal);
  }
  await send(response, 200, 'application/json', pieces, signal, fault);
}

function spoiled(picture: Buffer): Buffer {
  const text = Buffer.from(base64Of(picture));
  text.write('!*é*!', Math.floor(text.length / 2), 'utf8');
  return text;
}

async function answerStream(studio: Studio, exchange: Exchange, order: Order, fault: Fault | undefined): Promise<void> {
  const { response, entry, signal } = exchange;
  const { ask, count, format } = order;
  const { endpoint, partialImages } = ask;
  const facts = factsOf(order);
  const trouble = fault?.kind === 'sse' ? fault.trouble : undefined;
  const links = ask.responseFormat === 'url' || trouble === 'url' || fault?.kind === 'url';
  const step = studio.latency(entry) / (count * (partialImages + 1));
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (let index = 0; index < count; index++) {
    for (let partial = 0; partial < partialImages; partial++) {
      await pause(step, signal);
      const picture = await make(studio, exchange, order, index, (partial + 1) / (partialImages + 1));
      await writePieces(response, partialEvent(endpoint, facts, partial, picture), signal);
    }
    await pause(trouble === 'hang' ? 2 ** 31 - 1 : step, signal);
    const picture = await make(studio, exchange, order, index, 1);
    if (trouble === 'cut' || fault?.kind === 'cut') await drop(response);
    if (trouble === 'error') {
      await writePieces(response, errorEvent(), signal);
      return finish(response, signal);
    }
    const sent = links ? { url: studio.files.keep(picture, format, fault?.kind === 'url' ? fault.trouble : undefined) } : picture;
    await writePieces(response, completedEvent(endpoint, facts, sent, usageFor(fault, shareOf(order, index))), signal);
  }
  if (trouble !== 'no-done') await writePieces(response, doneEvent, signal);
  await finish(response, signal);
}

/** Each picture's event bears its own output, and the first one the input, so that they add up to the whole. */
function shareOf({ usage, count }: Order, index: number): WireUsage {
  const { text_tokens: text, image_tokens: imageIn } = usage.input_tokens_details;
  const output = usage.output_tokens / count;
  return index === 0 ? usageOf(text, imageIn, output) : usageOf(0, 0, output);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal });
  signal.throwIfAborted();
}

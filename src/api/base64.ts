/** Where decoded bytes go. */
export interface Base64Target {
  /** Writes the bytes of `text` (latin1, at most {@link longestText} characters) and says how many; nothing counts until `commit`. */
  decode(text: string): number;
  commit(bytes: number): void;
}

/** The longest text handed to a target. V8 gives longer strings pages of their own, which makes decoding six times slower. */
export const longestText = 64 * 1024;

/** Turns the characters of one base64 text into bytes, in runs of any length; a `data:…;base64,` head is taken off. */
export interface Base64Decoder {
  /** Takes `chunk[start, end)`, JSON escapes already undone. */
  run(chunk: Buffer, start: number, end: number): void;
  /** Takes one character by its code. */
  char(code: number): void;
  /** Ends the text. @returns why it is not base64, or undefined where all is well. */
  end(): string | undefined;
}

const scratchSize = 16 * 1024;
/** A shorter run is gathered with its neighbours rather than decoded alone: some services escape every slash. */
const longRun = 1024;
const longestHead = 256;

const [valid, space, pad] = [1, 2, 3];
const kinds = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') kinds[char.charCodeAt(0)] = valid;
for (const char of ' \t\r\n\f') kinds[char.charCodeAt(0)] = space;
kinds['='.charCodeAt(0)] = pad;

/**
 * Both alphabets, missing padding and white space are taken. Node's own decoder skips what it does not know, so it is
 * the count of bytes that tells whether a run was clean; only a run that was not is looked at character by character.
 */
export function createBase64Decoder(target: Base64Target): Base64Decoder {
  const scratch = Buffer.allocUnsafe(scratchSize);
  const now: { filled: number; pads: number; problem: string | undefined; head: string | undefined } = { filled: 0, pads: 0, problem: undefined, head: '' };

  /** Keeps what counts of `chunk[start, end)` in the scratch, which has room for it. */
  const sift = (chunk: Buffer, start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const code = chunk[at] ?? 0;
      const kind = kinds[code];
      if (kind === valid && now.pads === 0) scratch[now.filled++] = code;
      else if (kind === pad) now.pads++;
      else if (kind !== space) {
        now.problem ??= kind === valid ? 'base64 goes on after its padding' : `byte 0x${code.toString(16)} is not base64`;
        return;
      }
    }
  };

  /** Looks at what was gathered unseen. */
  const resift = (): void => {
    const unseen = now.filled;
    now.filled = 0;
    sift(scratch, 0, unseen);
  };

  /** Decodes `chunk[start, end)`, a whole number of quartets, if it is clean. */
  const decodeClean = (chunk: Buffer, start: number, end: number): boolean => {
    const bytes = target.decode(chunk.toString('latin1', start, end));
    if (bytes !== ((end - start) / 4) * 3) return false;
    target.commit(bytes);
    return true;
  };

  const flush = (): void => {
    const whole = now.filled - (now.filled % 4);
    if (whole === 0 || now.problem !== undefined) return;
    if (decodeClean(scratch, 0, whole)) {
      scratch.copyWithin(0, whole, now.filled);
      now.filled -= whole;
      return;
    }
    resift();
    const clean = now.filled - (now.filled % 4);
    if (now.problem !== undefined) return;
    if (clean > 0 && !decodeClean(scratch, 0, clean)) now.problem = 'base64 that does not decode';
    scratch.copyWithin(0, clean, now.filled);
    now.filled -= clean;
  };

  const gather = (chunk: Buffer, start: number, end: number): void => {
    for (let at = start; at < end && now.problem === undefined;) {
      const take = Math.min(scratchSize - now.filled, end - at);
      if (now.pads > 0) sift(chunk, at, at + take);
      else {
        chunk.copy(scratch, now.filled, at, at + take);
        now.filled += take;
      }
      at += take;
      if (now.filled > scratchSize - 4) flush();
    }
  };

  const body = (chunk: Buffer, start: number, end: number): void => {
    let at = start;
    if (end - at >= longRun && now.pads === 0) {
      flush();
      const missing = (4 - (now.filled % 4)) % 4;
      gather(chunk, at, at + missing);
      at += missing;
      flush();
      while (now.filled === 0 && now.pads === 0 && end - at >= 4 && now.problem === undefined) {
        const take = Math.min(longestText, (end - at) & ~3);
        if (decodeClean(chunk, at, at + take)) at += take;
        else break;
      }
    }
    gather(chunk, at, end);
  };

  /** Takes one character of a possible `data:` head. */
  const headChar = (code: number): void => {
    if (now.head === '' && kinds[code] === space) return;
    const text = (now.head ?? '') + String.fromCharCode(code);
    now.head = text;
    if (text.length <= 5) {
      if (!'data:'.startsWith(text.toLowerCase())) settleHead();
    } else if (text.endsWith(',')) {
      if (!/;base64,$/i.test(text)) now.problem ??= 'a data: link that is not base64';
      now.head = undefined;
    } else if (text.length > longestHead) now.problem ??= 'a data: link with an endless head';
  };

  /** Whatever looked like a head was base64 all along. */
  const settleHead = (): void => {
    const text = Buffer.from(now.head ?? '', 'latin1');
    now.head = undefined;
    body(text, 0, text.length);
  };

  return {
    run: (chunk, start, end) => {
      let at = start;
      while (now.head !== undefined && at < end && now.problem === undefined) headChar(chunk[at++] ?? 0);
      if (now.problem === undefined && at < end) body(chunk, at, end);
    },
    char: (code) => {
      if (now.problem !== undefined) return;
      if (code > 0xff) now.problem = `U+${code.toString(16)} is not base64`;
      else if (now.head !== undefined) headChar(code);
      else if (kinds[code] === space) return;
      else if (now.pads > 0 || kinds[code] !== valid) {
        flush();
        if (now.pads === 0) resift();
        sift(Buffer.of(code), 0, 1);
      } else {
        scratch[now.filled++] = code;
        if (now.filled === scratchSize) flush();
      }
    },
    end: () => {
      if (now.problem === undefined && now.head !== undefined) {
        if (now.head.toLowerCase().startsWith('data:')) now.problem = 'a data: link without data';
        else settleHead();
      }
      flush();
      if (now.problem !== undefined) return now.problem;
      if (now.pads === 0) resift();
      if (now.problem !== undefined) return now.problem;
      if (now.filled === 1 || now.pads > 2 || (now.pads > 0 && now.filled + now.pads !== 4 && !(now.filled === 2 && now.pads === 1))) {
        return 'base64 of a length that cannot be';
      }
      if (now.filled > 0) target.commit(target.decode(scratch.toString('latin1', 0, now.filled)));
      return undefined;
    },
  };
}

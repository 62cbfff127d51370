/** What an event stream is made of. The payload of an event comes in pieces, for one line of it may be a whole picture. */
export interface EventStreamFinds {
  /** The next `chunk[start, end)` of the current event's data; the newline between two of its lines comes as a piece too. */
  data(chunk: Buffer, start: number, end: number): void;
  /** The event is complete and had data. `name` is its `event:` field, empty where it had none. */
  event(name: string): void;
}

/** Takes a `text/event-stream` apart, byte by byte: lines end with LF, CR or CRLF, a byte order mark is skipped. */
export interface EventStream {
  push(chunk: Buffer): void;
  /** Ends the stream. An event whose blank line never came is handed on all the same: whether it is whole, its JSON tells. */
  end(): void;
}

const [atField, inData, inName, inOther] = [0, 1, 2, 3];
const [lineFeed, carriageReturn, colon, blank] = [0x0a, 0x0d, 0x3a, 0x20];
const newline = Buffer.from('\n');
const byteOrderMark = Buffer.from('\uFEFF');
const longestName = 256;
const longestField = 8;

/** Field names other than `data` and `event` mean nothing here and are passed over, comments as well. */
export function createEventStream(finds: EventStreamFinds): EventStream {
  let marks = 0;
  let state = atField;
  let field = '';
  let name = '';
  let dataLines = 0;
  /** The value's first byte is next: one blank there is not part of it. */
  let valueStarts = false;
  let afterReturn = false;

  const dispatch = (): void => {
    // kept byte by byte, for a chunk may end within a character
    if (dataLines > 0) finds.event(Buffer.from(name, 'latin1').toString('utf8'));
    name = '';
    dataLines = 0;
  };

  const startField = (): void => {
    valueStarts = true;
    state = inOther;
    if (field === 'event') {
      state = inName;
      name = '';
    } else if (field === 'data') {
      state = inData;
      if (dataLines++ > 0) finds.data(newline, 0, 1);
    }
  };

  const endLine = (): void => {
    if (state === atField) {
      if (field === '') dispatch();
      else startField();
    }
    state = atField;
    field = '';
  };

  const value = (chunk: Buffer, start: number, end: number): void => {
    let at = start;
    if (valueStarts && at < end) {
      valueStarts = false;
      if (chunk[at] === blank) at++;
    }
    if (at >= end) return;
    if (state === inData) finds.data(chunk, at, end);
    else if (state === inName && name.length < longestName) name += chunk.toString('latin1', at, end);
  };

  return {
    push: (chunk) => {
      let at = 0;
      let feed = -1;
      let back = -1;
      while (at < chunk.length) {
        const byte = chunk[at] ?? 0;
        if (marks < 3) {
          if (byte === byteOrderMark[marks]) {
            marks++;
            at++;
            continue;
          }
          marks = 3;
        }
        if (afterReturn) {
          afterReturn = false;
          if (byte === lineFeed) {
            at++;
            continue;
          }
        }
        if (state === atField && byte !== lineFeed && byte !== carriageReturn) {
          at++;
          if (byte === colon) startField();
          else if (field.length < longestField) field += String.fromCharCode(byte);
          continue;
        }
        if (feed < at) feed = find(chunk, lineFeed, at);
        if (back < at) back = find(chunk, carriageReturn, at);
        const stop = Math.min(feed, back);
        value(chunk, at, stop);
        if (stop === chunk.length) return;
        afterReturn = chunk[stop] === carriageReturn;
        endLine();
        at = stop + 1;
      }
    },
    end: () => {
      if (state !== atField || field !== '') endLine();
      dispatch();
    },
  };
}

const find = (chunk: Buffer, byte: number, at: number): number => {
  const found = chunk.indexOf(byte, at);
  return found < 0 ? chunk.length : found;
};

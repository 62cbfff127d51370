import type { IncomingHttpHeaders } from 'node:http';

export type RequestKind = 'generations' | 'edits' | 'file' | 'log' | 'usage' | 'other';

/** One file part of a multipart request, as it was sent. */
export interface RecordedFile {
  readonly field: string;
  readonly filename: string;
  /** The part's own Content-Type. */
  readonly mime: string;
  readonly bytes: number;
  readonly sha256: string;
  /** By its magic bytes; absent when the bytes are no PNG, JPEG or WebP. */
  readonly format?: string;
  readonly width?: number;
  readonly height?: number;
}

/** One request that reached the gateway; it is listed when its headers are in, and fills while it is under way. */
export interface RecordedRequest {
  /** Which of the two origins it came to. */
  readonly server: 'api' | 'files';
  readonly kind: RequestKind;
  readonly method: string;
  /** With its query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parameters as they were sent: JSON values, or strings from multipart (an array where a name came twice). */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly RecordedFile[];
  readonly bodyBytes: number;
  /** Whether the body was read to its end. */
  readonly bodyRead: boolean;
  /** Absent until, or unless, a status line was sent. */
  readonly status?: number;
  /** Pictures were made and billed, whatever became of the answer. */
  readonly paid: boolean;
  /** The name or kind of the fault that was played on it. */
  readonly fault?: string;
  /** `answered`: to the last byte; `aborted`: the client left before; `dropped`: the gateway cut it off, by a fault. */
  readonly ended?: 'answered' | 'aborted' | 'dropped';
}

/** The gateway's own, writable side of a recorded request. */
export type Entry = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

/** Keeps every request in order of arrival, and tells who waits when one of them changes. */
export interface Recorder {
  readonly requests: readonly RecordedRequest[];
  add(entry: Entry): Entry;
  /** To be called after an entry was written to. */
  changed(): void;
  /** Resolves with the first request, past or future, for which `test` holds. Rejects when the gateway closes. */
  waitFor(test: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  clear(): void;
  close(): void;
}

/** Milliseconds in which what a test waits for has come, or never will: a test that hangs says nothing. */
const patience = 120_000;

export function createRecorder(): Recorder {
  const requests: Entry[] = [];
  const waiting = new Set<{ look: () => boolean; fail: (error: Error) => void }>();
  const changed = (): void => {
    for (const one of waiting) if (one.look()) waiting.delete(one);
  };
  return {
    requests,
    add(entry) {
      requests.push(entry);
      changed();
      return entry;
    },
    changed,
    waitFor: (test) =>
      new Promise((resolve, fail) => {
        const look = (): boolean => {
          const found = requests.find(test);
          if (found) {
            clearTimeout(limit);
            resolve(found);
          }
          return found !== undefined;
        };
        const one = { look, fail };
        const limit = setTimeout(() => {
          waiting.delete(one);
          fail(new Error(`no such request came in ${patience / 1000} s`));
        }, patience);
        limit.unref();
        if (!look()) waiting.add(one);
      }),
    clear() {
      requests.length = 0;
    },
    close() {
      for (const one of waiting) one.fail(new Error('the gateway closed before such a request came'));
      waiting.clear();
    },
  };
}

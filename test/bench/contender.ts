import { statSync } from 'node:fs';

/** What a contender is told, as JSON in its first argument. */
export interface Task {
  readonly baseUrl: string;
  readonly folder: string;
  /** Pictures that come back, and the size of each in bytes. */
  readonly count: number;
  readonly bytes: number;
  readonly responseFormat: 'b64_json' | 'url';
  /** Files in the folder to be edited; none: the pictures are made from a prompt alone. */
  readonly uploads: readonly string[];
}

/** What a contender found, as JSON on stdout. Memory is resident, in bytes: before the request, and the most there ever was. */
export interface Finding {
  readonly ms: number;
  readonly before: number;
  readonly peak: number;
}

/** Requests after the first; the time of the last counts. */
const more = 2;

/**
 * Runs one contender. The memory is that of its first request, before anything can be used again. The time is that of a later
 * one, until its pictures are whole on disk: what the engine compiles once a session (the HTTP parser's WebAssembly above
 * all) is not what is measured.
 */
export async function contend(work: (task: Task) => Promise<readonly string[]>): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? '') as Task;
  const before = process.memoryUsage.rss();
  let files = await work(task);
  const peak = process.resourceUsage().maxRSS * 1024;
  let ms = 0;
  for (let turn = 0; turn < more; turn++) {
    const began = performance.now();
    files = await work(task);
    ms = performance.now() - began;
  }
  for (const file of files) if (statSync(file).size !== task.bytes) throw new Error(`${file} is not whole`);
  if (files.length !== task.count) throw new Error(`${files.length} pictures`);
  console.log(JSON.stringify({ ms, before, peak } satisfies Finding));
}

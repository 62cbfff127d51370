import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { pictureOfBytes } from '../gateway/pictures.ts';
import type { Finding, Task } from './contender.ts';
import { median, row, type BenchRow } from './rows.ts';

const run = promisify(execFile);
const pictureBytes = 20_000_000;
/** What an edit gives back: little, so that its upload is what is measured. */
const editedBytes = 400_000;
const mostUploads = 16;
const rounds = 5;

/**
 * Easel's client beside the `openai` npm client and curl: pictures of 20 MB from a local service to disk, and
 * from disk to the service. Every measurement is a fresh process, the contenders take turns, and medians count. Both clients run from bundles made like the shipped one.
 */
export async function clientRows(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-bench-'));
  const origin = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'origin.ts'), String(pictureBytes), String(editedBytes)], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const baseUrl = `http://127.0.0.1:${await portOf(origin)}/v1`;
    await bundle(folder);
    await writeUploads(folder);
    return await measure(baseUrl, folder);
  } finally {
    origin.stdin.end();
    if (origin.exitCode === null) await once(origin, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

const measure = async (baseUrl: string, folder: string): Promise<BenchRow[]> => {
  const client = (name: 'easel' | 'openai', count: number, responseFormat: Task['responseFormat']) => () => inProcess(name, { baseUrl, folder, count, bytes: pictureBytes, responseFormat, uploads: [] });
  const edit = (uploads: readonly string[]) => () => inProcess('easel', { baseUrl, folder, count: 1, bytes: editedBytes, responseFormat: 'b64_json', uploads });
  const sixteen = Array.from({ length: mostUploads }, (_, index) => largeUpload(index));
  const found = await takeTurns({
    easel: client('easel', 4, 'b64_json'),
    openai: client('openai', 4, 'b64_json'),
    curl: () => curlBody(baseUrl, folder, 4),
    easelLinks: client('easel', 4, 'url'),
    curlLinks: () => curlLinks(baseUrl, folder, 4),
    easelOne: client('easel', 1, 'b64_json'),
    easelEight: client('easel', 8, 'b64_json'),
    easelEdit: edit(sixteen),
    curlEdit: () => curlEdit(baseUrl, folder, sixteen),
    easelEditOne: edit([largeUpload(0)]),
    easelEditSmall: edit([smallUpload]),
  });
  const ms = (name: keyof typeof found): number => median(found[name].map((one) => one.ms));
  const peak = (name: keyof typeof found): number => median(found[name].map((one) => one.peak)) / 1e6;
  const grown = (name: keyof typeof found): number => median(found[name].map((one) => one.peak - one.before)) / 1e6;

  const inReply = '4 pictures × 20 MB as b64_json';
  const [easel, openai] = ['Easel', 'openai 6 + writeFile'];
  return [
    row({ name: `${inReply}: wall time`, contender: easel, peer: openai, value: ms('easel'), peerValue: ms('openai'), unit: 'ms' }, 1 / 4),
    row({ name: `${inReply}: peak memory`, contender: easel, peer: openai, value: peak('easel'), peerValue: peak('openai'), unit: 'MB' }, 1 / 4),
    row({ name: `${inReply}: peak memory over the start`, contender: easel, peer: openai, value: grown('easel'), peerValue: grown('openai'), unit: 'MB' }, 1 / 4),
    row({ name: `${inReply}: wall time`, contender: easel, peer: 'curl, raw body', value: ms('easel'), peerValue: ms('curl'), unit: 'ms' }, 2),
    row({ name: '4 links × 20 MB: wall time', contender: easel, peer: 'curl --parallel', value: ms('easelLinks'), peerValue: ms('curlLinks'), unit: 'ms' }, 1.5),
    row({ name: 'peak memory, 4 pictures beside 1', contender: 'Easel, 4', peer: 'Easel, 1', value: peak('easel'), peerValue: peak('easelOne'), unit: 'MB' }, flat),
    row({ name: 'peak memory, 8 pictures beside 4', contender: 'Easel, 8', peer: 'Easel, 4', value: peak('easelEight'), peerValue: peak('easel'), unit: 'MB' }, flat),
    row({ name: 'edit of 16 pictures × 20 MB: wall time', contender: easel, peer: 'curl -F', value: ms('easelEdit'), peerValue: ms('curlEdit'), unit: 'ms' }, 1.5),
    row({ name: 'peak memory of an edit, 16 pictures beside 1', contender: 'Easel, 16', peer: 'Easel, 1', value: peak('easelEdit'), peerValue: peak('easelEditOne'), unit: 'MB' }, flat),
    row({ name: 'peak memory of an edit, 20 MB beside 2', contender: 'Easel, 20 MB', peer: 'Easel, 2 MB', value: peak('easelEditOne'), peerValue: peak('easelEditSmall'), unit: 'MB' }, flat),
  ];
};

/** What counts as flat: the garbage collector's own breathing. */
const flat = 1.1;

const takeTurns = async <K extends string>(contenders: Readonly<Record<K, () => Promise<Finding>>>): Promise<Record<K, Finding[]>> => {
  const names = Object.keys(contenders) as K[];
  const found = Object.fromEntries(names.map((name) => [name, [] as Finding[]])) as Record<K, Finding[]>;
  // the first round warms the disk's and the service's caches
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const finding = await contenders[name]();
      if (round > 0) found[name].push(finding);
    }
  }
  return found;
};

const inProcess = async (name: 'easel' | 'openai', task: Task): Promise<Finding> => {
  const { stdout } = await run(process.execPath, [join(task.folder, `contender-${name}.mjs`), JSON.stringify(task)]);
  return JSON.parse(stdout) as Finding;
};

/** curl's own clock, so that starting a process is not held against it. */
const curl = async (...options: string[]): Promise<Finding> => {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--fail', '--noproxy', '*', '--write-out', '%{time_total}\n', ...options]);
  return { ms: Math.max(...stdout.trim().split('\n').map(Number)) * 1000, before: 0, peak: 0 };
};

const curlBody = (baseUrl: string, folder: string, n: number): Promise<Finding> =>
  curl('--output', join(folder, 'curl.json'), '--json', JSON.stringify({ n, response_format: 'b64_json' }), `${baseUrl}/images/generations`);

const curlLinks = (baseUrl: string, folder: string, count: number): Promise<Finding> => {
  const links = Array.from({ length: count }, (_, index) => [`${new URL(baseUrl).origin}/${index}.png`, '--output', join(folder, `curl-${index}.png`)]);
  return curl('--parallel', '--parallel-immediate', ...links.flat());
};

const curlEdit = (baseUrl: string, folder: string, uploads: readonly string[]): Promise<Finding> =>
  curl('--output', join(folder, 'curl.json'), ...['prompt=a siamese cat', ...uploads.map((name) => `image[]=@${join(folder, name)};type=image/png`)].flatMap((field) => ['--form', field]), `${baseUrl}/images/edits`);

const largeUpload = (index: number): string => `upload-${index}.png`;
const smallUpload = 'upload-small.png';

const writeUploads = async (folder: string): Promise<void> => {
  const picture = await pictureOfBytes(pictureBytes);
  for (let index = 0; index < mostUploads; index++) await writeFile(join(folder, largeUpload(index)), picture);
  await writeFile(join(folder, smallUpload), await pictureOfBytes(pictureBytes / 10));
};

const bundle = async (folder: string): Promise<void> => {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await build({
    entryPoints: ['easel', 'openai'].map((name) => join(import.meta.dirname, `contender-${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);" },
    logLevel: 'warning',
  });
};

const portOf = async (origin: ChildProcess): Promise<number> => {
  if (origin.stdout === null) throw new Error('the service has no stdout');
  const [line] = (await Promise.race([once(origin.stdout, 'data'), once(origin, 'exit').then(() => Promise.reject(new Error('the service did not start')))])) as [Buffer];
  return Number(line.toString());
};

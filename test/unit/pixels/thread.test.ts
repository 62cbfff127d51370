import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createPixels } from '../../../src/pixels/pixels.ts';
import { corners, drawn, openStudio, quarters, see, type Studio } from './harness.ts';

/** Longer than any test may run, in milliseconds. */
const never = 2 ** 30;

describe('the thread', () => {
  let studio: Studio;
  let source: string;
  before(async () => {
    studio = await openStudio();
    source = await studio.put('q.png', await drawn(64, 40, 'png', quarters));
  });
  after(() => studio.close());

  /** A thread that does as a test says; each start leaves a line in `starts`. */
  const acting = async (name: string, body: string): Promise<{ readonly worker: string; readonly starts: () => Promise<number> }> => {
    const starts = studio.file(`${name}.starts`);
    await writeFile(starts, '');
    const worker = await studio.put(`${name}.mjs`, Buffer.from(`import { appendFileSync } from 'node:fs'; import { parentPort } from 'node:worker_threads'; appendFileSync(${JSON.stringify(starts)}, 'x'); parentPort.on('message', (task) => { ${body} });`));
    return { worker, starts: async () => (await readFile(starts, 'utf8')).length };
  };

  it('does what is asked at once one after the other, each to its own end', async () => {
    const results = await Promise.allSettled([
      studio.pixels.convert(source, studio.file('1.jpg'), 'jpeg'),
      studio.pixels.convert(studio.file('gone'), studio.file('2.jpg'), 'jpeg'),
      studio.pixels.resize(source, studio.file('3.png'), { size: { width: 10, height: 10 }, fit: 'fill', format: 'png' }),
      studio.pixels.inspectMask(source),
    ]);
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    assert.equal(corners(await see(studio.file('1.jpg'))), 'rgbw');
  });

  it('rejects what is under way when it crashes, and starts anew', async () => {
    const { worker, starts } = await acting('crash', "if (task.source === 'bad') setImmediate(() => { throw new Error('crashed'); }); else if (task.source === 'leave') process.exit(3); else parentPort.postMessage({ kind: 'facts', facts: { source: task.source } });");
    const pixels = createPixels(worker);
    await assert.rejects(pixels.inspectMask('bad'), { name: 'PixelsError', code: 'failed', message: /crashed/ });
    await assert.rejects(pixels.inspectMask('leave'), { code: 'failed', message: /ended with 3/ });
    assert.deepEqual(await pixels.inspectMask('a'), { source: 'a' });
    assert.deepEqual(await pixels.inspectMask('b'), { source: 'b' });
    assert.equal(await starts(), 3, 'a thread that is whole is used again');
    await pixels.close();
  });

  it('starts anew after a codec failed, which may not be whole any more', async () => {
    const { worker, starts } = await acting('error', "parentPort.postMessage({ kind: 'error', code: 'broken', message: 'no', spent: task.source === 'codec' });");
    const pixels = createPixels(worker);
    for (const source of ['a', 'a', 'codec', 'a']) await assert.rejects(pixels.inspectMask(source), { code: 'broken' });
    assert.equal(await starts(), 2);
    await pixels.close();
  });

  it('gives up on what never ends', async () => {
    const { worker } = await acting('endless', "if (task.source === 'endless') for (;;); parentPort.postMessage({ kind: 'facts', facts: {} });");
    const pixels = createPixels(worker, { limit: 300, idle: never });
    await assert.rejects(pixels.inspectMask('endless'), { code: 'failed', message: /longer than 300/ });
    await pixels.close();
  });

  it('ends when nothing is asked, and starts anew with the next call', async () => {
    const { worker, starts } = await acting('idle', "parentPort.postMessage({ kind: 'facts', facts: {} });");
    const pixels = createPixels(worker, { limit: never, idle: 1 });
    while ((await starts()) < 3) {
      await pixels.inspectMask('a');
      await pause(5);
    }
    await pixels.close();
  });

  it('rejects what is under way when it is closed, and what is asked later', async () => {
    const { worker, starts } = await acting('silent', '');
    const pixels = createPixels(worker);
    const waiting = [pixels.inspectMask('a'), pixels.inspectMask('b')].map((promise) => assert.rejects(promise, { code: 'failed' }));
    while ((await starts()) === 0) await new Promise((resolve) => setImmediate(resolve));
    await pixels.close();
    await Promise.all(waiting);
    await assert.rejects(pixels.inspectMask('c'), { code: 'failed', message: /closed/ });
    assert.equal(await starts(), 1);
    await createPixels(worker).close();
  });

  it('tells that a worker is not there', async () => {
    const pixels = createPixels(join(studio.folder, 'nowhere.js'));
    await assert.rejects(pixels.inspectMask('a'), { code: 'failed', message: /nowhere\.js/ });
    await pixels.close();
  });

  it('lets the process end when nothing is asked, and not before', async () => {
    const script = `import { createPixels } from ${JSON.stringify(pathToFileURL('src/pixels/pixels.ts').href)};
      const pixels = createPixels(${JSON.stringify(studio.worker)}, { limit: ${never}, idle: ${never} });
      pixels.convert(${JSON.stringify(source)}, ${JSON.stringify(studio.file('child.png'))}, 'png').then(({ width }) => console.log('width', width));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = child.stdout.setEncoding('utf8').toArray();
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    assert.equal((await output).join(''), 'width 64\n');
  });
});

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { loadedAtStart, options } from '../../esbuild.mjs';
import { startHost } from '../host/host.ts';
import { median, row, type BenchRow } from './rows.ts';

const root = path.resolve(import.meta.dirname, '../..');
const starts = 5;

/** What activation costs in a real VS Code, as shipped: activate() in the median of several starts, and the code that it loads. */
export async function activationRows(): Promise<BenchRow[]> {
  const { metafile } = await build({ ...options(true), absWorkingDir: root, metafile: true });
  const kilobytes = loadedAtStart(metafile) / 1000;
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-bench-'));
  try {
    const results = path.join(temporary, 'results');
    for (let start = 0; start < starts; start += 1) {
      const host = await startHost({ folder: temporary, extensionPath: root, extensionTestsPath: path.join(import.meta.dirname, 'activation-probe.mjs'), env: { EASEL_BENCH_RESULT: results } });
      const code = await host.exit;
      await host.close();
      if (code !== 0) throw new Error(`VS Code ended with ${code} before Easel was active`);
    }
    const milliseconds = median(fs.readFileSync(results, 'utf8').trim().split('\n').map(Number));
    return [
      row({ name: `activate(): wall time, median of ${starts} starts`, contender: 'easel', peer: 'target', value: milliseconds, peerValue: 15, unit: 'ms' }, 1),
      row({ name: 'code loaded at activation, minified', contender: 'easel', peer: 'target', value: kilobytes, peerValue: 60, unit: 'kB' }, 1),
    ];
  } finally {
    fs.rmSync(temporary, { recursive: true });
  }
}

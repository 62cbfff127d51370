import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { copyWasm, options, pixelsOptions, webviewOptions } from '../../esbuild.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Builds the extension as it ships, minified and without source maps, into a folder, to be loaded from there. */
export async function buildShipped(folder: string): Promise<void> {
  const dist = path.join(folder, 'dist');
  await Promise.all([{ ...options(true), outdir: dist }, pixelsOptions(true, dist), webviewOptions(true, dist)].map((room) => build({ ...room, absWorkingDir: root })));
  copyWasm(dist);
  for (const entry of ['package.json', 'package.nls.json', 'package.nls.zh-cn.json', 'l10n', 'media']) fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true });
}

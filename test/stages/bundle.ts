import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, out, root } from './files.ts';

/**
 * Bundles the mocha entry of `test/extension` and every test file there, or in one folder of it, and returns the bundled entry.
 * Packages are not bundled: they are loaded from where they are installed. Also a program of its own, for the debugger.
 */
export async function bundleExtensionTests(folder = ''): Promise<string> {
  const source = path.join(root, 'test/extension');
  const outdir = path.join(out, 'extension');
  fs.rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(source, 'index.ts'), ...filesBelow(path.join(source, folder), '.test.ts')],
    outbase: source,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    sourcemap: 'linked',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.mjs');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  fs.mkdirSync(path.join(out, 'workspace'), { recursive: true });
  await bundleExtensionTests();
}

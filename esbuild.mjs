// Bundles the extension: one small entry that activation loads, and chunks (network, schemas, codecs) that load on first use.
// `node esbuild.mjs [--production] [--watch]`; prints what activation loads and fails a production build that loads too much.
import * as esbuild from 'esbuild';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** Bytes of minified code that activation may load. */
const activationBudget = 60_000;

/** @type {(production: boolean) => import('esbuild').BuildOptions} */
export const options = (production) => ({
  entryPoints: ['src/extension.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // The extension host of the oldest VS Code in `engines`.
  target: 'node22',
  external: ['vscode'],
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS packages in the bundle still call require() for Node's own modules.
  banner: { js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);" },
  minify: production,
  sourcemap: !production,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
});

/**
 * What the entry reaches by static imports, and so what activation loads.
 * @param {import('esbuild').Metafile} metafile
 * @param {string} entry
 */
export function loadedAtStart(metafile, entry = 'dist/extension.js') {
  const seen = new Set();
  const visit = (file) => {
    const output = metafile.outputs[file];
    if (!output || seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of output.imports) if (kind === 'import-statement' && !external) visit(path);
  };
  visit(entry);
  return [...seen].reduce((bytes, file) => bytes + metafile.outputs[file].bytes, 0);
}

/**
 * The licences of the packages whose code is in the bundle: they ask to go along with it.
 * @param {import('esbuild').Metafile} metafile
 */
function licences(metafile) {
  const packages = new Set(Object.keys(metafile.inputs).map((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter((folder) => folder !== undefined));
  return [...packages].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} is in the bundle and has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}

async function main() {
  const production = process.argv.includes('--production');
  if (process.argv.includes('--watch')) {
    // The two lines that the problem matcher of .vscode/tasks.json waits for.
    const report = {
      name: 'report',
      setup(build) {
        build.onStart(() => console.log('[watch] build started'));
        build.onEnd(() => console.log('[watch] build finished'));
      },
    };
    await (await esbuild.context({ ...options(false), plugins: [report] })).watch();
    return;
  }
  rmSync('dist', { recursive: true, force: true });
  const { metafile } = await esbuild.build(options(production));
  writeFileSync('dist/LICENSES.txt', licences(metafile));
  const bytes = loadedAtStart(metafile);
  const all = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('.js')).reduce((sum, [, o]) => sum + o.bytes, 0);
  const kB = (n) => `${(n / 1000).toFixed(1)} kB`;
  console.log(`${production ? 'minified' : 'development'} build: activation loads ${kB(bytes)}${production ? ` (budget ${kB(activationBudget)})` : ''}, everything ${kB(all)}`);
  if (production && bytes > activationBudget) {
    console.error('Activation loads too much: move what it does not need behind an import().');
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();

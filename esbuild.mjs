// Bundles the extension: one small entry that activation loads, and chunks (network, schemas, codecs) that load on first use.
// `node esbuild.mjs [--production] [--watch]`; prints what activation loads and fails a production build that loads too much.
import * as esbuild from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Bytes of minified code that activation may load. */
const activationBudget = 60_000;
/** Bytes of minified code that the page of a panel may load when it is opened. */
const pageBudget = 150_000;

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
 * The thread that decodes and encodes pictures: a program of its own, which shares no chunk with the extension.
 * @type {(production: boolean, outdir?: string) => import('esbuild').BuildOptions}
 */
export const pixelsOptions = (production, outdir = 'dist') => ({
  ...options(production),
  entryPoints: { pixels: 'src/pixels/worker.ts' },
  outdir,
  chunkNames: 'chunks/pixels-[name]-[hash]',
});

/** The codecs' own programs, which the thread reads from `wasm` beside it. */
const wasmFiles = [
  '@jsquash/png/codec/pkg/squoosh_png_bg.wasm',
  '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  '@jsquash/webp/codec/dec/webp_dec.wasm',
  // Every VS Code that runs this has SIMD.
  '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  '@jsquash/avif/codec/dec/avif_dec.wasm',
  '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm',
  '@resvg/resvg-wasm/index_bg.wasm',
];

/** @param {string} outdir */
export function copyWasm(outdir) {
  mkdirSync(join(outdir, 'wasm'), { recursive: true });
  for (const file of wasmFiles) copyFileSync(new URL(`node_modules/${file}`, import.meta.url), join(outdir, 'wasm', basename(file)));
}

/**
 * What runs in the panels, in a browser: a script and a style sheet each, and chunks that they share or load on first use.
 * @type {(production: boolean, outdir?: string) => import('esbuild').BuildOptions}
 */
export const webviewOptions = (production, outdir = 'dist') => ({
  entryPoints: ['src/webview/compare.tsx', 'src/webview/compare.css', 'src/webview/panel.tsx', 'src/webview/panel.css', 'src/webview/spend.tsx', 'src/webview/spend.css'],
  outdir: `${outdir}/webview`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  // The Chromium of the oldest VS Code in `engines`, and the web's browsers of its time.
  target: ['chrome134', 'firefox135', 'safari18'],
  // The icons' font lies beside the style sheets.
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  chunkNames: 'chunk-[hash]',
  minify: production,
  sourcemap: production ? false : 'inline',
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
 * The licences of the packages whose code is in the bundle, those of the codecs inside them, and those that the packages forgot and
 * that lie in `src/pixels/licences`: they ask to go along with it.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
function licences(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(inputs.map((file) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter((folder) => folder !== undefined));
  const own = readdirSync('src/pixels/licences').map((file) => readFileSync(join('src/pixels/licences', file), 'utf8').trim());
  const theirs = [...packages].toSorted().flatMap((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const used = inputs.filter((file) => file.startsWith(`${folder}/`)).map((file) => dirname(file));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((entry) => /^licen[cs]e/i.test(basename(entry)) && used.some((place) => place.startsWith(join(folder, dirname(entry)))))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const title = `${name} ${version} (${license})`;
    if (files.length > 0) return [`${title}\n\n${files.join('\n\n')}`];
    if (!own.some((text) => text.startsWith(title))) throw new Error(`${name} is in the bundle and has no licence file`);
    return [];
  });
  return [...theirs, ...own].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
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
    copyWasm('dist');
    await (await esbuild.context(pixelsOptions(false))).watch();
    await (await esbuild.context(webviewOptions(false))).watch();
    await (await esbuild.context({ ...options(false), plugins: [report] })).watch();
    return;
  }
  rmSync('dist', { recursive: true, force: true });
  const [{ metafile }, pixels, webview] = await Promise.all([options(production), pixelsOptions(production), webviewOptions(production)].map((room) => esbuild.build(room)));
  copyWasm('dist');
  writeFileSync('dist/LICENSES.txt', licences([metafile, pixels.metafile, webview.metafile]));
  const bytes = loadedAtStart(metafile);
  const all = Object.entries({ ...metafile.outputs, ...pixels.metafile.outputs, ...webview.metafile.outputs }).filter(([file]) => file.endsWith('.js')).reduce((sum, [, o]) => sum + o.bytes, 0);
  const kB = (n) => `${(n / 1000).toFixed(1)} kB`;
  console.log(`${production ? 'minified' : 'development'} build: activation loads ${kB(bytes)}${production ? ` (budget ${kB(activationBudget)})` : ''}, everything ${kB(all)}`);
  if (production && bytes > activationBudget) {
    console.error('Activation loads too much: move what it does not need behind an import().');
    process.exitCode = 1;
  }
  for (const page of Object.keys(webview.metafile.outputs).filter((file) => production && /^src\/webview\/[^/]+\.tsx$/.test(webview.metafile.outputs[file].entryPoint ?? ''))) {
    const size = loadedAtStart(webview.metafile, page);
    console.log(`${page} loads ${kB(size)} (budget ${kB(pageBudget)})`);
    if (size <= pageBudget) continue;
    console.error('A page loads too much: move what it does not need at first behind an import().');
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from './ending.ts';

/** Where the pieces of an installed host lie (absolute paths). */
export type Installation = {
  /** The Node that VS Code's server runs on: newer than the one that runs the tests. */
  readonly node: string;
  /** VS Code itself: server, extension host, web workbench, built-in extensions. */
  readonly vscode: string;
  /** The browser that shows the workbench. */
  readonly chromium: string;
};

const here = import.meta.dirname;
const modules = path.join(here, 'node_modules');
const vscode = path.join(modules, 'code-server/lib/vscode');
const stamp = path.join(modules, '.installed');

let installed: Promise<Installation> | undefined;

/**
 * Installs the host on first use (about a minute; nothing to do afterwards) and says where it is.
 * Quiet unless it fails; then the error's message says what to do, followed by the failed command's output.
 * Safe to call from several processes at once: the others wait for the first.
 */
export function ensureHost(): Promise<Installation> {
  return (installed ??= install());
}

async function install(): Promise<Installation> {
  const node = path.join(modules, `node-${process.platform}-${process.arch}`, 'bin/node');
  const wanted = wantedStamp();
  if (!isCurrent(wanted) || findChromium() === undefined) {
    const unlock = await lock(path.join(here, '.installing'));
    try {
      await ensureBrowser();
      if (!isCurrent(wanted)) await installPackages(wanted);
    } finally {
      unlock();
    }
  }
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(noChromium);
  if (!fs.existsSync(node)) {
    throw new Error(`The test host has no Node for ${process.platform}-${process.arch}. Run the tests in desktop VS Code instead: npm run test:desktop`);
  }
  return { node, vscode, chromium };
}

/** Changes with everything that decides what an installation contains, so that an old one is made anew. */
function wantedStamp(): string {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of ['package.json', 'package-lock.json', 'install.ts']) hash.update(fs.readFileSync(path.join(here, file)));
  return hash.digest('hex');
}

function isCurrent(wanted: string): boolean {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted;
}

async function installPackages(wanted: string): Promise<void> {
  // No package needs its install script: the two with native code ship it built, for this platform.
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: here });
  // Its `node` would become everybody's who runs npx here.
  fs.rmSync(path.join(modules, '.bin'), { recursive: true });
  // VS Code looks for its packages here, the server by Node's resolution and the workbench by URL; npm ci has put all of them a few folders up.
  fs.symlinkSync(modules, path.join(vscode, 'node_modules'));
  fs.symlinkSync(modules, path.join(vscode, 'extensions/node_modules'));
  // Packages whose native code no test needs. Not dependencies: npm would write where they lie into its lock file, which names no places.
  const own = path.join(here, 'native');
  for (const name of fs.readdirSync(own)) fs.symlinkSync(path.join(own, name), path.join(modules, '@vscode', name), 'junction');
  for (const name of unwantedExtensions) fs.rmSync(path.join(vscode, 'extensions', name), { recursive: true, force: true });
  fs.writeFileSync(stamp, wanted);
}

/** Built-in extensions that need native code, a network or an account. The others stay: the workbench looks for all that can also run in a browser. */
const unwantedExtensions = [
  'copilot',
  'git',
  'github',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'php-language-features',
  'terminal-suggest',
  'tunnel-forwarding',
];

const noChromium =
  'The test host needs Chromium: install it (Debian, Ubuntu: apt-get install chromium fonts-wqy-microhei) or set EASEL_CHROMIUM to the path of a Chromium or Chrome.';

/** EASEL_CHROMIUM, else the first Chromium or Chrome in the usual places. Ubuntu's `chromium-browser` is not looked for: it only tells one to install a snap. */
function findChromium(): string | undefined {
  const fromEnv = process.env['EASEL_CHROMIUM'];
  if (fromEnv !== undefined && fromEnv !== '') {
    if (!fs.existsSync(fromEnv)) throw new Error(`EASEL_CHROMIUM is ${fromEnv}, but no such file exists. Set it to the path of a Chromium or Chrome.`);
    return fromEnv;
  }
  const places = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
  return places.find((place) => fs.existsSync(place));
}

/** Whether the system's packages can be installed without asking anyone. */
const canInstall = (): boolean => fs.existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Chromium, and a font that can draw the Chinese texts, from the system's packages. */
async function ensureBrowser(): Promise<void> {
  if (!canInstall()) {
    if (findChromium() === undefined) throw new Error(noChromium);
    return;
  }
  const wanted = [];
  if (findChromium() === undefined) wanted.push('chromium');
  if (!fs.existsSync('/usr/share/fonts/truetype/wqy/wqy-microhei.ttc')) wanted.push('fonts-wqy-microhei');
  if (wanted.length > 0) await installFromSystem(wanted);
}

const noExiftool =
  'The tests read recipes with ExifTool, as other programs would: install it (Debian, Ubuntu: apt-get install libimage-exiftool-perl; macOS: brew install exiftool) or set EASEL_EXIFTOOL to its path.';

/** EASEL_EXIFTOOL, else ExifTool in the usual places. */
const findExiftool = (): string | undefined =>
  [process.env['EASEL_EXIFTOOL'] ?? '', '/usr/bin/exiftool', '/opt/homebrew/bin/exiftool', '/usr/local/bin/exiftool'].find((place) => place !== '' && fs.existsSync(place));

/** Installs ExifTool from the system's packages on first use, and says where it is. Safe to call from several processes at once. */
export async function ensureExiftool(): Promise<string> {
  if (findExiftool() === undefined && canInstall()) {
    const unlock = await lock(path.join(here, '.installing'));
    try {
      if (findExiftool() === undefined) await installFromSystem(['libimage-exiftool-perl']);
    } finally {
      unlock();
    }
  }
  const found = findExiftool();
  if (found === undefined) throw new Error(noExiftool);
  return found;
}

async function installFromSystem(wanted: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patient = ['-o', 'DPkg::Lock::Timeout=300'];
  await run('apt-get', [...patient, '-qq', 'update'], { env });
  await run('apt-get', [...patient, '-qq', 'install', '-y', '--no-install-recommends', ...wanted], { env });
}

function run(command: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { ...options, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      forget();
      if (error === null) resolve();
      else reject(new Error(`The test host could not be installed: "${command} ${args.join(' ')}" failed.\n${stdout}${stderr}`.trimEnd()));
    });
    const forget = atEnd(() => child.kill());
  });
}

/** Takes the lock `file`, waiting for another process that has it; a lock whose owner has died is taken over. Returns the function that gives it back. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      const release = (): void => fs.rmSync(file, { force: true });
      const forget = atEnd(release);
      return () => {
        forget();
        release();
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!ownerLives(file)) fs.rmSync(file, { force: true });
    else await sleep(200);
  }
}

function ownerLives(file: string): boolean {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    // An empty file is a lock that is being written at this moment.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

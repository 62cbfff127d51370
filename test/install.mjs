// The first command on a fresh clone: installs the dependencies when they are absent or are not those of package-lock.json.
// Plain JavaScript on Node's own modules alone: nothing else is there yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? '.', '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Easel's development needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one and run the command again.`);
  process.exit(1);
}

const stamp = path.join(root, 'node_modules/.installed');
const wanted = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json'))).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  // Not `npm ci`: it refuses a package-lock.json that lacks the binaries of other platforms; this installs what the lock names and fetches this
  // platform's where it is missing. A shell, since npm is a .cmd file on Windows. --include=dev, lest NODE_ENV=production leaves out what is needed.
  const command = 'npm install --no-save --include=dev --no-audit --no-fund --loglevel=error';
  const result = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (result.status !== 0) {
    console.error(`The dependencies could not be installed: "${command}" failed.\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

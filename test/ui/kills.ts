import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecipe } from '../../src/jobs/recipeFile.ts';
import { setKey, startEasel } from './easel.ts';
import type { Workbench } from './workbench.ts';

/** A picture that had arrived, whole or as a link, when its extension host was killed. */
interface Arrived {
  readonly job: string;
  /** From 1, as in the recipe. */
  readonly picture: number;
}

/** What came of killing. */
export interface Toll {
  readonly kills: number;
  /** Requests that reached the gateway. */
  readonly requests: number;
  /** Pictures that had arrived and were not in their place when the host died. */
  readonly recovered: number;
}

/** The requests that are killed, each by a key: links, base64 that drips. */
const calls = [
  { command: 'easel.generate', args: { prompt: 'links [fault:url-flaky]', name: 'links', count: 2 } },
  { command: 'easel.generate', args: { prompt: 'base64 [fault:drip]', name: 'base64', count: 2 } },
  { command: 'easel.generate', args: { prompt: 'links, all well', name: 'plain', count: 3 } },
  { command: 'easel.generate', args: { prompt: 'a slow answer [fault:drip]', name: 'slow', count: 1 } },
] as const;

/** All that is needed of a random number: the same seed gives the same moments. */
function randomFrom(seed: number): () => number {
  let state = seed;
  // mulberry32, public domain
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const storageOf = ({ host }: Workbench): string => path.join(host.userDataDir, 'User/globalStorage/easel.easel');

/** What lies in the journal of a host that is no more, read without Easel's own code: whole PNG files and noted links, less what was saved. */
function arrivedIn(journal: string): readonly Arrived[] {
  if (!fs.existsSync(journal)) return [];
  return fs
    .readdirSync(journal)
    .filter((name) => !name.endsWith('.done') && fs.existsSync(path.join(journal, name, 'job.jsonl')))
    .flatMap((name) => {
      const lines = fs
        .readFileSync(path.join(journal, name, 'job.jsonl'), 'utf8')
        .split('\n')
        .flatMap((line): { event: string; index?: number }[] => {
          try {
            return [JSON.parse(line) as { event: string; index?: number }];
          } catch {
            return [];
          }
        });
      const whole = fs
        .readdirSync(path.join(journal, name))
        .filter((file) => /^picture-\d+$/.test(file) && fs.readFileSync(path.join(journal, name, file)).subarray(-8).equals(Buffer.from('49454e44ae426082', 'hex')))
        .map((file) => Number(file.slice('picture-'.length)));
      const links = lines.filter(({ event }) => event === 'url').map(({ index = 0 }) => index + 1);
      return [...new Set([...whole, ...links])].map((picture) => ({ job: name.split('~')[0] ?? '', picture }));
    });
}

/** The recipes of all assets, as `job/picture`. */
async function placed(folder: string): Promise<readonly string[]> {
  const assets = path.join(folder, 'assets');
  const files = fs.existsSync(assets) ? fs.readdirSync(assets).filter((name) => name.endsWith('.png') && !name.startsWith('.')) : [];
  const recipes = await Promise.all(files.map((name) => readRecipe(path.join(assets, name))));
  return recipes.map((recipe, index) => {
    assert.ok(recipe, `${files[index]} is whole and says what made it`);
    return `${recipe.job}/${recipe.picture}`;
  });
}

/**
 * Kills the extension host so many times while it works, each time at a random moment, loads the window anew and lets Easel recover.
 * Asserts each time that whatever had arrived is in its place afterwards, once, and that nothing was sent again.
 */
export async function killHosts(times: number, seed: number): Promise<Toll> {
  const random = randomFrom(seed);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-kill-'));
  fs.mkdirSync(path.join(folder, 'assets'));
  const easel = await startEasel({ folder, settings: { 'easel.openPictures': false, 'easel.jobsAtOnce': 4 } });
  const { gateway, workbench } = easel;
  const posts = (): number => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits').length;
  let recovered = 0;
  try {
    await setKey(workbench);
    const keys = calls.map((call, index) => ({ key: `ctrl+alt+${index + 1}`, ...call }));
    fs.writeFileSync(path.join(workbench.host.userDataDir, 'User/keybindings.json'), JSON.stringify(keys));
    await workbench.reload();
    const journal = path.join(storageOf(workbench), 'journal');
    const ready = (): Promise<unknown> => workbench.page.locator('.statusbar-item[id$="easel.spend"]').waitFor();
    await ready();
    for (let kill = 1; kill <= times; kill++) {
      const pressed = 1 + Math.floor(random() * calls.length);
      for (let press = 0; press < pressed; press++) await workbench.page.keyboard.press(`Control+Alt+${1 + Math.floor(random() * calls.length)}`);
      // The moment is the experiment, not something that is waited for.
      await sleep(random() * 2500);
      for (const pid of workbench.host.extensionHosts()) process.kill(pid, 'SIGKILL');
      const where = `seed ${seed}, kill ${kill}`;
      const arrived = arrivedIn(journal);
      const before = await placed(folder);
      const sent = posts();
      await workbench.until('the end of the extension host', () => workbench.host.extensionHosts().length === 0);
      await workbench.reload();
      await ready();
      const missing = arrived.filter(({ job, picture }) => !before.includes(`${job}/${picture}`));
      if (missing.length > 0) await recoverAll(workbench);
      await workbench.until(`everything to be in its place (${where})`, async () => {
        const there = await placed(folder);
        return arrived.every(({ job, picture }) => there.includes(`${job}/${picture}`));
      });
      const there = await placed(folder);
      assert.equal(new Set(there).size, there.length, `nothing is there twice (${where})`);
      assert.equal(posts(), sent, `nothing was sent again (${where})`);
      assert.deepEqual(fs.readdirSync(path.join(folder, 'assets')).filter((name) => name.startsWith('.')), [], `nothing half done is left beside the pictures (${where})`);
      recovered += missing.length;
      await workbench.runCommand('Notifications: Clear All Notifications');
    }
    return { kills: times, requests: posts(), recovered };
  } finally {
    await easel.close();
    fs.rmSync(folder, { recursive: true });
  }
}

/** Accepts what Easel offers at its start. */
async function recoverAll(workbench: Workbench): Promise<void> {
  await (await workbench.notification(/not saved yet/)).click('Recover');
}

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecipe } from '../../src/jobs/recipeFile.ts';
import { openLedger, type Charge } from '../../src/spend/ledger.ts';
import { drawPicture } from '../extension/pictures.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { setKey, startEasel } from './easel.ts';
import { storageIn } from './storage.ts';
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

/** The file that is edited, in its place: below the folder. */
const edited = 'art/hero.png';

/** The requests that are killed, each by a key: links, base64 that drips, an edit whose result replaces its image, one that lies beside it. */
const callsIn = (folder: string) => {
  // As VS Code writes a URI where only JSON goes.
  const images = [{ $mid: 1, scheme: 'file', path: path.join(folder, edited) }];
  return [
    { command: 'easel.generate', args: { prompt: 'links [fault:url-flaky]', name: 'links', count: 2 } },
    { command: 'easel.generate', args: { prompt: 'base64 [fault:drip]', name: 'base64', count: 2 } },
    { command: 'easel.generate', args: { prompt: 'links, all well', name: 'plain', count: 3 } },
    { command: 'easel.edit', args: { prompt: 'in its place', images, replace: true } },
    { command: 'easel.edit', args: { prompt: 'beside it [fault:drip]', images, count: 2 } },
  ] as const;
};

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

const storageOf = ({ host }: Workbench): string => storageIn(host.userDataDir);

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

const pngsIn = (folder: string): readonly string[] => (fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png') && !path.basename(name).startsWith('.')).map((name) => path.join(folder, name)) : []);

/** The recipes of these pictures, as `job/picture`. @param first a file that no job made */
async function recipesOf(files: readonly string[], first: Buffer): Promise<readonly string[]> {
  const recipes = await Promise.all(files.map(async (file) => ({ file, recipe: await readRecipe(file) })));
  return recipes.flatMap(({ file, recipe }) => {
    if (recipe === undefined && fs.readFileSync(file).equals(first)) return [];
    assert.ok(recipe, `${file} is whole and says what made it`);
    return [`${recipe.job}/${recipe.picture}`];
  });
}

/** What the gateway has billed, by its own log: the tokens of each call. */
async function billed(logUrl: string): Promise<readonly string[]> {
  const rows: string[] = [];
  for (;;) {
    const answer = await fetch(logUrl, { method: 'POST', headers: { authorization: 'Bearer hk-test-key', 'content-type': 'application/json' }, body: JSON.stringify({ start: rows.length, limit: 300 }) });
    const { data } = (await answer.json()) as { readonly data: { readonly logs: readonly { readonly prompt_tokens: string; readonly completion_tokens: string }[] } };
    if (data.logs.length === 0) return rows;
    rows.push(...data.logs.map(({ prompt_tokens: prompt, completion_tokens: completion }) => `${prompt} in, ${completion} out`));
  }
}

/** Holds the ledger against what was billed: nothing twice, nothing that was not, and nothing that is neither written down nor still to be looked into. */
async function settleAccounts(workbench: Workbench, { logUrl }: Pick<Gateway, 'logUrl'>, seed: number): Promise<void> {
  const storage = storageOf(workbench);
  const charges = (): Promise<readonly Charge[]> => openLedger(path.join(storage, 'ledger.jsonl')).read();
  const journal = path.join(storage, 'journal');
  const open = (): number => (fs.existsSync(journal) ? fs.readdirSync(journal).filter((name) => fs.existsSync(path.join(journal, name, 'job.jsonl'))).length : 0);
  const rows = await billed(logUrl);
  await workbench.until(`each of ${rows.length} bills to be written down or to be looked into (seed ${seed})`, async () => (await charges()).length + open() >= rows.length);
  const entered = await charges();
  assert.equal(new Set(entered.map(({ job }) => job)).size, entered.length, `no job is charged twice (seed ${seed})`);
  assert.ok(entered.length <= rows.length, `${entered.length} charges of ${rows.length} bills (seed ${seed})`);
  const left = [...rows];
  for (const { job, measured, usage } of entered) {
    if (!measured || !usage) continue;
    const at = left.indexOf(`${usage.textIn + usage.imageIn} in, ${usage.imageOut} out`);
    assert.ok(at !== -1, `the charge of job ${job} is none of the bills (seed ${seed})`);
    left.splice(at, 1);
  }
}

/**
 * Kills the extension host so many times while it works, each time at a random moment, loads the window anew and lets Easel recover.
 * Asserts each time that whatever had arrived is in its place afterwards, once, and that nothing was sent again; at the end that the ledger agrees with the
 * gateway's account.
 */
export async function killHosts(times: number, seed: number): Promise<Toll> {
  const random = randomFrom(seed);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-kill-'));
  for (const name of ['assets', 'art']) fs.mkdirSync(path.join(folder, name));
  const hero = await drawPicture(1024, 1024, 'png');
  fs.writeFileSync(path.join(folder, edited), hero);
  // An answer takes its time, so that kills come before it, in it and after it.
  const easel = await startEasel({ folder, settings: { 'easel.openPictures': false, 'easel.jobsAtOnce': 4 } }, { latencyMs: () => random() * 1500 });
  const { gateway, workbench } = easel;
  const calls = callsIn(folder);
  const posts = (): number => gateway.requests.filter(({ kind }) => kind === 'generations' || kind === 'edits').length;
  let recovered = 0;
  try {
    await setKey(workbench);
    const keys = calls.map((call, index) => ({ key: `ctrl+alt+${index + 1}`, ...call }));
    fs.writeFileSync(path.join(workbench.host.userDataDir, 'User/keybindings.json'), JSON.stringify(keys));
    await workbench.reload();
    const journal = path.join(storageOf(workbench), 'journal');
    // A picture that another one took the place of is kept with the originals.
    const inPlace = (): Promise<readonly string[]> => recipesOf(['assets', 'art'].flatMap((name) => pngsIn(path.join(folder, name))), hero);
    const placed = async (): Promise<readonly string[]> => [...(await inPlace()), ...(await recipesOf(pngsIn(path.join(storageOf(workbench), 'originals')), hero))];
    const ready = (): Promise<unknown> => workbench.page.locator('.statusbar-item[id$="easel.spend"]').waitFor();
    await ready();
    for (let kill = 1; kill <= times; kill++) {
      // From the middle on the pictures come as events.
      if (kill === Math.floor(times / 2) + 1) await workbench.configure({ 'easel.stream': true });
      const pressed = 1 + Math.floor(random() * calls.length);
      for (let press = 0; press < pressed; press++) await workbench.page.keyboard.press(`Control+Alt+${1 + Math.floor(random() * calls.length)}`);
      // The moment is the experiment, not something that is waited for.
      await sleep(random() * 2500);
      for (const pid of workbench.host.extensionHosts()) process.kill(pid, 'SIGKILL');
      const where = `seed ${seed}, kill ${kill}`;
      const arrived = arrivedIn(journal);
      const before = await placed();
      const sent = posts();
      await workbench.until('the end of the extension host', () => workbench.host.extensionHosts().length === 0);
      await workbench.reload();
      await ready();
      const missing = arrived.filter(({ job, picture }) => !before.includes(`${job}/${picture}`));
      if (missing.length > 0) await recoverAll(workbench);
      await workbench.until(`everything to be in its place (${where})`, async () => {
        const there = await placed();
        return arrived.every(({ job, picture }) => there.includes(`${job}/${picture}`));
      });
      const there = await inPlace();
      assert.equal(new Set(there).size, there.length, `nothing is there twice (${where})`);
      assert.equal(posts(), sent, `nothing was sent again (${where})`);
      assert.deepEqual(['assets', 'art'].flatMap((name) => fs.readdirSync(path.join(folder, name))).filter((name) => name.startsWith('.')), [], `nothing half done is left beside the pictures (${where})`);
      recovered += missing.length;
      await workbench.runCommand('Notifications: Clear All Notifications');
    }
    await settleAccounts(workbench, gateway, seed);
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

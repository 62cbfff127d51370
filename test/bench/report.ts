import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startWorkbench } from '../ui/workbench.ts';
import { prepareLedger } from './ledger.ts';
import { openPage, probe, type Opening } from './opening.ts';
import { median, row, type BenchRow } from './rows.ts';
import { buildShipped } from './shipped.ts';

/** Openings of each page in one window. */
const openings = 7;
const sizes = [100, 100_000] as const;
type Size = (typeof sizes)[number];

interface Times {
  /** The first opening in its window: the ledger's lines are read for it. */
  readonly first: Opening;
  readonly later: readonly Opening[];
  /** A page with nothing in it, in the same window. */
  readonly empty: readonly Opening[];
}

/** One window whose ledger has so many charges. */
async function measure(shipped: string, temporary: string, size: Size): Promise<Times> {
  const [folder, userDataDir] = [path.join(temporary, `folder-${size}`), path.join(temporary, `user-${size}`)];
  const storage = path.join(userDataDir, 'User/globalStorage/easel.easel');
  for (const made of [folder, storage]) fs.mkdirSync(made, { recursive: true });
  await prepareLedger(path.join(storage, 'ledger.jsonl'), size);
  const workbench = await startWorkbench({ folder, userDataDir, extensionPath: [shipped, path.join(import.meta.dirname, 'empty-panel')], settings: { 'easel.fetchBalance': false } });
  const ready = (): Promise<void> => workbench.page.locator('.statusbar-item[id$="easel.spend"]').waitFor();
  try {
    await ready();
    await workbench.host.context.addInitScript(probe);
    await workbench.reload();
    await ready();
    // What VS Code itself loads with the first webview of a window is nobody's.
    await openPage(workbench, 'empty');
    const first = await openPage(workbench, 'report');
    const times = { later: [] as Opening[], empty: [] as Opening[] };
    for (let opening = 0; opening < openings; opening += 1) {
      times.empty.push(await openPage(workbench, 'empty'));
      times.later.push(await openPage(workbench, 'report'));
    }
    return { first, ...times };
  } finally {
    await workbench.close();
  }
}

/** What opening the report costs, as shipped, with a long ledger beside a short one and beside a page that has nothing in it. */
export async function reportRows(): Promise<BenchRow[]> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-bench-'));
  try {
    const shipped = path.join(temporary, 'easel');
    await buildShipped(shipped);
    const [short, long] = [await measure(shipped, temporary, 100), await measure(shipped, temporary, 100_000)];
    const used = (all: readonly Opening[]): number => median(all.map(({ interactive }) => interactive));
    const facts = { contender: 'easel', unit: 'ms' } as const;
    return [
      row({ ...facts, name: `report of 100,000 charges: open → its figures, median of ${openings}`, peer: 'of 100 charges', value: used(long.later), peerValue: used(short.later) }, 1.5),
      row({ ...facts, name: `report of 100,000 charges: open → its figures, median of ${openings}`, peer: 'empty panel', value: used(long.later), peerValue: used(long.empty) }, 2.5),
      row({ ...facts, name: 'report of 100,000 charges: open → its figures, first in a window', peer: 'of 100 charges', value: long.first.interactive, peerValue: short.first.interactive }, 3),
    ];
  } finally {
    fs.rmSync(temporary, { recursive: true });
  }
}

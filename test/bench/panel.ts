import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setKey } from '../ui/easel.ts';
import { startGateway } from '../gateway/gateway.ts';
import { startWorkbench } from '../ui/workbench.ts';
import { openPage, probe, type Opening } from './opening.ts';
import { median, row, type BenchRow } from './rows.ts';
import { buildShipped } from './shipped.ts';

/** Openings of each panel in one window. */
const openings = 9;
/** Windows, for what is so only at the first opening in one. */
const windows = 3;

/** What opening Easel's panel costs, as shipped, beside a panel that has nothing in it, in the same windows. */
export async function panelRows(): Promise<BenchRow[]> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'easel-bench-'));
  const gateway = await startGateway();
  const first: Record<'empty' | 'easel', Opening[]> = { empty: [], easel: [] };
  const later: Record<'empty' | 'easel', Opening[]> = { empty: [], easel: [] };
  try {
    const [shipped, folder] = [path.join(temporary, 'easel'), path.join(temporary, 'workspace')];
    fs.mkdirSync(folder);
    await buildShipped(shipped);
    for (let window = 0; window < windows; window += 1) {
      const workbench = await startWorkbench({ folder, extensionPath: [shipped, path.join(import.meta.dirname, 'empty-panel')], settings: { 'easel.baseUrl': gateway.baseUrl } });
      try {
        await workbench.statusBarItem(/^\s*Easel\s*$/);
        await setKey(workbench);
        await workbench.host.context.addInitScript(probe);
        await workbench.reload();
        await workbench.statusBarItem(/^\s*Easel\s*$/);
        // What VS Code itself loads with the first webview of a window is nobody's.
        await openPage(workbench, 'empty');
        for (let opening = 0; opening < openings; opening += 1) {
          for (const name of ['empty', 'easel'] as const) (opening === 0 ? first : later)[name].push(await openPage(workbench, name));
        }
      } finally {
        await workbench.close();
      }
    }
  } finally {
    await gateway.close();
    fs.rmSync(temporary, { recursive: true });
  }
  const of = (all: readonly Opening[], time: (one: Opening) => number): number => median(all.map(time));
  const painted = ({ painted: at }: Opening): number => at;
  const rest = ({ painted: at, interactive }: Opening): number => Math.max(0, interactive - at);
  const facts = { contender: 'easel', peer: 'empty panel', unit: 'ms' } as const;
  const many = `median of ${later.easel.length}`;
  const once = `first in a window, median of ${windows}`;
  return [
    row({ ...facts, name: `panel: open → first paint, ${many}`, value: of(later.easel, painted), peerValue: of(later.empty, painted) }, 1.5),
    row({ ...facts, name: `panel: first paint → interactive, ${many}`, peer: 'empty panel, open → first paint', value: of(later.easel, rest), peerValue: of(later.empty, painted) }, 0.5),
    row({ ...facts, name: `panel: open → first paint, ${once}`, value: of(first.easel, painted), peerValue: of(first.empty, painted) }, 3),
    row({ ...facts, name: `panel: first paint → interactive, ${once}`, peer: 'empty panel, open → first paint', value: of(first.easel, rest), peerValue: of(first.empty, painted) }, 1),
  ];
}

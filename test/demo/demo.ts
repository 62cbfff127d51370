// Shows what Easel does, in a real VS Code against the local gateway: `npm run demo`; `npm run demo -- --open` keeps both running.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startGateway } from '../gateway/gateway.ts';
import { temporaryFolder } from '../host/ending.ts';
import { ensureHost } from '../host/install.ts';
import { writeSettings } from '../host/settings.ts';
import { startWorkbench, type Workbench } from '../ui/workbench.ts';
import { copySite, installEasel, outFolder } from './easel.ts';
import { inThousandths, keybindings, picturesIn, spendItem, tellStory, troubles, type Asset } from './story.ts';
import { table } from './table.ts';

const key = 'hk-test-key';
const out = path.join(outFolder, 'demo');
const folder = path.join(out, 'harbour-tours');
const started = Date.now();
const credits = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** The step under way, for the sentence about a failure. */
let doing = '';

function say(text: string): void {
  doing = text;
  console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);
}

async function demo(open: boolean): Promise<void> {
  fs.rmSync(out, { recursive: true, force: true });
  say('Looking for VS Code and Chromium; the first time they are installed, about a minute');
  await ensureHost();
  say('Building, packaging and installing Easel');
  const temporary = temporaryFolder();
  const extensionsDir = path.join(temporary.path, 'extensions');
  const userDataDir = path.join(temporary.path, 'user-data');
  await installEasel(extensionsDir);
  copySite(folder);
  fs.mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
  fs.writeFileSync(path.join(userDataDir, 'User/keybindings.json'), JSON.stringify(keybindings, null, 2));

  say('Starting the gateway and VS Code');
  let tell = (_line: string): void => undefined;
  const gateway = await startGateway({ keys: [key], latencyMs: 1500, log: (line) => tell(line) });
  let workbench: Workbench | undefined;
  try {
    // Of this session, so that midnight does not come between the bar and the account.
    workbench = await startWorkbench({ folder, extensionsDir, userDataDir, settings: { 'easel.baseUrl': gateway.baseUrl, 'easel.statusBar': 'session' } });
    const { page } = workbench;
    const shot = async (name: string): Promise<void> => void (await page.screenshot({ path: path.join(out, `${name}.png`) }));
    const opening = gateway.balance();
    const assets = await tellStory({ workbench, gateway, folder, say, shot }, key);
    const total = inThousandths(opening - gateway.balance());

    say("Comparing the status bar with the gateway's account");
    const bar = await spentByStatusBar(workbench, total);
    await workbench.hoverStatusBar(/credits/);
    await shot('8-spent');
    const unasked = picturesIn(folder).filter((file) => !assets.some((asset) => asset.file === file));
    if (unasked.length > 0) throw new Error(`Nobody asked for ${unasked.join(', ')}.`);
    report(assets, total, bar);
    if (open) {
      tell = (line) => console.log(`gateway  ${line}`);
      await stayOpen(workbench);
    }
  } catch (error) {
    await explain(error, workbench);
  } finally {
    await workbench?.close();
    await gateway.close();
    temporary.remove();
  }
}

/** What the status bar shows, as soon as it is what the account says; else an error that names both. */
async function spentByStatusBar(workbench: Workbench, total: number): Promise<string> {
  const wanted = `${new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(total)} credits`;
  const text = async (): Promise<string> => (await spendItem(workbench).innerText()).trim();
  try {
    await workbench.until(wanted, async () => (await text()) === wanted);
  } catch {
    throw new Error(`The gateway charged ${wanted}, but the status bar shows ${await text()}.`);
  }
  return wanted;
}

function report(assets: readonly Asset[], total: number, bar: string): void {
  const columns = [
    { heading: 'File', align: 'left' },
    { heading: 'Pixels', align: 'right' },
    { heading: 'Format', align: 'left' },
    { heading: 'kB', align: 'right' },
    { heading: 'Credits', align: 'right' },
  ] as const;
  const rows = assets.map(({ file, width, height, format, bytes, credits: cost }) => [file, `${width} × ${height}`, format.toUpperCase(), (bytes / 1000).toFixed(0), credits.format(cost)]);
  const shown = path.relative(process.cwd(), out) || '.';
  console.log(`\n${table(columns, rows)}\n`);
  console.log(`Spent by the gateway's account: ${credits.format(total)} credits`);
  console.log(`Spent by Easel's status bar:    ${bar}`);
  console.log(`\nSample workspace: ${path.join(shown, path.basename(folder))}`);
  console.log(`Screenshots:      ${path.join(shown, '*.png')}`);
  console.log(`Everything took ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

/** Leaves gateway and VS Code to the user, until Ctrl+C. */
async function stayOpen({ host }: Workbench): Promise<void> {
  writeSettings(host.userDataDir, { 'easel.statusBar': 'today' });
  // Its window is of no more use, and takes part of the machine.
  await host.context.close();
  console.log(`
VS Code with Easel is open at

  ${host.url}

API key:  ${key}   (Easel asks for it. It is kept in the browser's page: a new or reloaded page asks again.)
Faults:   put [fault:NAME] into a prompt, such as [fault:moderation], [fault:rate-limited-seconds], [fault:no-headers],
          [fault:url-flaky], [fault:other-size], [fault:cut]; all names are in test/gateway/faults.ts.
Keys:     Ctrl+Alt+1, 2 and 3 call easel.generate as an API.

Ctrl+C ends everything. The requests that the gateway gets:
`);
  await new Promise(() => undefined);
}

/** One sentence that says what failed and where, and a picture of the window. */
async function explain(failure: unknown, workbench: Workbench | undefined): Promise<void> {
  const [reason = '', ...more] = (failure instanceof Error ? failure.message : String(failure)).split('\n');
  console.error(`\nThe demo failed at "${doing}": ${reason}`);
  if (workbench) {
    for (const text of await troubles(workbench).catch(() => [])) console.error(`VS Code shows: ${text}`);
    const picture = path.join(out, 'failed.png');
    await workbench.page.screenshot({ path: picture }).catch(() => undefined);
    if (fs.existsSync(picture)) console.error(`Screenshot: ${path.relative(process.cwd(), picture)}`);
    console.error(`The end of Easel's log: ${workbench.output('Easel').split('\n').slice(-6).join('\n').trim() || 'empty'}`);
  } else if (more.length > 0) console.error(more.join('\n'));
  process.exitCode = 1;
}

const { values } = parseArgs({ options: { open: { type: 'boolean', default: false } } });
try {
  await demo(values.open);
} catch (error) {
  await explain(error, undefined);
}
process.exit();

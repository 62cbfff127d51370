import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { commands, ExtensionMode, RelativePattern, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { createCalibration } from './editor/calibration.ts';
import type { CommandHandler, CommandTools } from './editor/commands/command.ts';
import { easelCommands } from './editor/commands/easelCommands.ts';
import { createJobBoard } from './editor/jobBoard.ts';
import { createLog } from './editor/log.ts';
import { followReplaced } from './editor/files/replaced.ts';
import { createPanel, panelStorage } from './editor/panel/panel.ts';
import { createSpendPanel } from './editor/spend/spendPanel.ts';
import { rememberRecent } from './editor/orders/recentOrders.ts';
import { createKeyStore } from './editor/secrets.ts';
import { createServices } from './editor/service.ts';
import { jobsAtOnce } from './editor/settings.ts';
import { followSpend } from './editor/show/spendFollower.ts';
import type { MadeLog } from './gallery/madeLog.ts';
import { openJournal } from './jobs/journal.ts';
import type { JobQueue } from './jobs/queue.ts';
import { openLedger } from './spend/ledger.ts';
import type { BalanceKeeper } from './editor/spend/balance.ts';
import type { Reservations } from './spend/reserve.ts';
import type { Pixels } from './pixels/pixels.ts';

/** What `activate` hands to the project's own tests, and to nobody else. */
export interface TestAccess {
  readonly tools: CommandTools;
  /** Wall time of activate(), in milliseconds. */
  readonly activation: number;
  /** Where the journal and the ledger are, and where the log is written (absolute paths). */
  readonly storage: string;
  readonly logs: string;
}

/** Composes the rooms. What goes wrong here is shown, for VS Code itself only writes it into a log that nobody reads. */
export function activate(context: ExtensionContext): TestAccess | undefined {
  const begun = performance.now();
  try {
    const tools = compose(context);
    return context.extensionMode === ExtensionMode.Test ? { tools, activation: performance.now() - begun, storage: context.globalStorageUri.fsPath, logs: context.logUri.fsPath } : undefined;
  } catch (error) {
    void window.showErrorMessage(`Easel: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

function compose(context: ExtensionContext): CommandTools {
  const since = new Date();
  const storage = context.globalStorageUri.fsPath;
  const log = createLog();
  const board = createJobBoard();
  const ledger = openLedger(join(storage, 'ledger.jsonl'), { since });
  const manifest = context.extension.packageJSON as { readonly version: string };
  const services = createServices(log, manifest.version);
  const calibration = createCalibration();

  let reservations: Promise<Reservations> | undefined;
  let pixels: Promise<Pixels> | undefined;
  let queue: Promise<JobQueue> | undefined;
  let made: Promise<MadeLog> | undefined;
  let balance: Promise<BalanceKeeper> | undefined;

  const shown = followSpend(() => tools, since);
  const { refresh } = shown;
  const warn = (): void =>
    void import('./editor/spend/budgetWarning.ts').then(({ warnOfBudgets }) => warnOfBudgets(tools)).catch((error: unknown) => log.error(`the budgets could not be looked at: ${String(error)}`));
  const panel = createPanel(() => tools, context.extensionUri, panelStorage(storage));
  const spend = createSpendPanel(() => tools, context.extensionUri);
  const tools: CommandTools = {
    services,
    keys: createKeyStore(context.secrets),
    journal: openJournal(join(storage, 'journal')),
    ledger,
    reservations: () => (reservations ??= import('./editor/spend/setAside.ts').then(({ openReservations }) => openReservations(ledger))),
    calibration,
    board,
    queue: () => (queue ??= import('./jobs/queue.ts').then(({ createJobQueue }) => createJobQueue(jobsAtOnce))),
    recent: rememberRecent(() => performance.now()),
    log,
    scratch: join(storage, 'scratch'),
    originals: join(storage, 'originals'),
    pixels: () => (pixels ??= import('./pixels/pixels.ts').then(({ createPixels }) => createPixels(join(context.extensionPath, 'dist', 'pixels.js')))),
    made: () => (made ??= import('./gallery/madeLog.ts').then(({ openMadeLog }) => openMadeLog(join(storage, 'made')))),
    panel,
    spend,
    balance: () =>
      (balance ??= import('./editor/spend/balance.ts').then(async ({ createBalance }) => {
        const keeper = createBalance(tools);
        shown.follow(keeper);
        await keeper.ready;
        return keeper;
      })),
    memory: context,
    extensionId: context.extension.id,
  };

  // Charges of this window and of others, and the turn of the day, all reach the status bar the same way.
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(storage), 'ledger.jsonl'));
  context.subscriptions.push(
    // Before the jobs are cancelled: what is cut off by the window's end is interrupted, not ended.
    { dispose: () => void tools.journal.close() },
    log,
    services,
    shown,
    calibration,
    board,
    watcher,
    { dispose: () => void pixels?.then((tool) => tool.close()) },
    { dispose: () => void balance?.then((keeper) => keeper.dispose()) },
    watcher.onDidChange(refresh),
    watcher.onDidCreate(refresh),
    board.onDidEnd(refresh),
    board.onDidEnd(() => warn()),
    followReplaced(tools),
    panel,
    spend,
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('easel.jobsAtOnce') && void queue?.then(({ refresh: takeLimit }) => takeLimit())),
    ...Object.entries<CommandHandler>(easelCommands).map(([id, handler]) => commands.registerCommand(id, (...args: readonly unknown[]) => handler(tools, ...args))),
  );
  refresh();
  void lookForLeftovers(tools).catch((error: unknown) => log.error(`the journal could not be looked through: ${String(error)}`));
  return tools;
}

/** What interrupted windows set aside is given back, and what they left in the journal is offered; where there is nothing, nothing is loaded. */
async function lookForLeftovers(tools: CommandTools): Promise<void> {
  const { open } = await tools.ledger.roll();
  if (open.length > 0) await (await import('./jobs/abandoned.ts')).releaseAbandoned(tools.journal, tools.ledger, new Date());
  const names = await readdir(tools.journal.folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw error;
  });
  // A few doors are those of windows that are alive; of many some are not, and want clearing away.
  if (names.length > 8 || names.some((name) => !name.endsWith('.door'))) await (await import('./editor/recovery.ts')).offerLeftovers(tools);
}

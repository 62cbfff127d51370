import { window, workspace, type Disposable } from 'vscode';
import type { Roll } from '../../spend/roll.ts';
import type { CommandTools } from '../commands/command.ts';
import type { BalanceKeeper } from '../spend/balance.ts';
import type { SpendStatus } from './statusBar.ts';

/** Keeps what is shown of the ledger as the ledger is: in the status bar, the panel, the report and the estimates. */
export interface SpendFollower extends Disposable {
  /** Reads what the ledger has got, from this window or another, and shows it. */
  readonly refresh: () => void;
  /** Shows what is known anew, in other words or as of another day. */
  readonly showAgain: () => void;
  /** What is left is told from now on. */
  readonly follow: (keeper: BalanceKeeper) => void;
}

/**
 * @param tools asked for when something is shown, not before
 * @param since when this session began
 */
export function followSpend(tools: () => CommandTools, since: Date): SpendFollower {
  let status: Promise<SpendStatus> | undefined;
  let shown: Roll | undefined;
  let keeper: BalanceKeeper | undefined;

  /** The status bar comes right after the start, with what it says: activation loads none of it. */
  const statusBar = (): Promise<SpendStatus> => (status ??= import('./statusBar.ts').then(({ createSpendStatus }) => createSpendStatus(tools().board)));
  const show = async (): Promise<void> => {
    const [bar, { spendView }] = await Promise.all([statusBar(), import('./spendView.ts')]);
    if (shown) bar.show(spendView(shown, { since, skipped: tools().ledger.skipped, balance: keeper }, new Date()));
  };
  const tell = async (): Promise<void> => {
    const { ledger, calibration, panel, spend, balance } = tools();
    // Before the ledger: jobs are shown also where it cannot be read.
    await statusBar();
    shown = await ledger.roll();
    calibration.take(shown);
    await show();
    panel.refresh();
    spend.refresh();
    (await balance()).charged();
  };
  const quietly = (work: Promise<unknown>, what: string): void => void work.catch((error: unknown) => tools().log.error(`${what}: ${String(error)}`));
  const refresh = (): void => quietly(tell(), 'the ledger could not be read');
  const showAgain = (): void => quietly(show(), 'the spend could not be shown');
  const following = [
    window.onDidChangeWindowState(({ focused }) => focused && refresh()),
    workspace.onDidChangeWorkspaceFolders(refresh),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('easel') && showAgain()),
  ];

  return {
    refresh,
    showAgain,
    follow(next) {
      keeper = next;
      following.push(next.onDidChange(showAgain));
    },
    dispose() {
      for (const one of following) one.dispose();
      void status?.then((bar) => bar.dispose());
    },
  };
}

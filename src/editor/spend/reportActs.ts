import { posix } from 'node:path';
import { commands, env, l10n, Uri, window, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { failureSentence } from '../../images/failureSentence.ts';
import type { Handlers } from '../../protocol/channel.ts';
import type { SpendExchanges } from '../../protocol/spend.ts';
import { chargesCsv, chargesJson } from '../../spend/export.ts';
import { localDay } from '../../spend/period.ts';
import { reportMarkdown } from './reportMarkdown.ts';
import { chargesText } from './reportWords.ts';
import type { SpendRoom } from './spendDesk.ts';
import type { Shown } from './spendLook.ts';

type Kind = 'csv' | 'json';

const nothingToDo = (): FailureError => new FailureError({ code: 'invalid-request', reason: l10n.t('Nothing was spent in this time.') });

const counted = (count: number): string => chargesText(count, { t: l10n.t, locale: env.language });

/** Where the file is offered to be saved: in the workspace, under a name with the days that are in it. */
function offeredPlace({ charges }: Shown, as: Kind): Uri | undefined {
  const days = [charges[0], charges.at(-1)].map((charge) => localDay(new Date(charge?.time ?? Date.now())));
  const name = `easel-spend-${[...new Set(days)].join('-to-')}.${as}`;
  const [folder] = workspace.workspaceFolders ?? [];
  return folder && Uri.joinPath(folder.uri, name);
}

async function saveCharges({ look, say }: SpendRoom, as: Kind): Promise<void> {
  const shown = await look.shown();
  if (shown.charges.length === 0) throw nothingToDo();
  const place = offeredPlace(shown, as);
  const title = as === 'csv' ? l10n.t('Export Charges as CSV') : l10n.t('Export Charges as JSON');
  const uri = await window.showSaveDialog({ title, filters: { [as.toUpperCase()]: [as] }, ...(place && { defaultUri: place }) });
  if (!uri) return;
  try {
    await workspace.fs.writeFile(uri, Buffer.from(as === 'csv' ? chargesCsv(shown.charges) : chargesJson(shown.charges)));
  } catch (error) {
    throw new FailureError({ code: 'save-failed', path: workspace.asRelativePath(uri), message: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
  say(l10n.t('Exported {0} to {1}.', counted(shown.charges.length), posix.basename(uri.path)));
}

/** Deletes what is shown, once the user has seen how much that is. */
async function deleteCharges({ tools, look, say, refresh }: SpendRoom): Promise<void> {
  const { range, title, charges } = await look.shown();
  if (charges.length === 0) throw nothingToDo();
  const act = l10n.t('Delete Permanently');
  const detail = l10n.t('{0}, of all workspaces. Totals, budgets and estimates no longer count them, and this cannot be undone. Your balance and your pictures stay as they are.', title);
  const chosen = await window.showWarningMessage(l10n.t('Delete {0} from the ledger?', counted(charges.length)), { modal: true, detail }, act);
  if (chosen !== act) return;
  // What was counted down to goes on from where it is.
  await (await tools.balance()).hold();
  const removed = await tools.ledger.remove(range.from, range.to);
  say(l10n.t('{0} deleted.', counted(removed)));
  refresh();
}

async function openPicture({ look }: SpendRoom, id: string): Promise<void> {
  const file = look.fileOf(id);
  const gone = (): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason: l10n.t('The file is not there any more.') });
  if (file === undefined) throw gone();
  const uri = Uri.parse(file, true);
  await workspace.fs.stat(uri).then(undefined, () => {
    throw gone();
  });
  await commands.executeCommand('vscode.open', uri);
}

/** Does what is asked from the report. Whatever waits for a person goes on by itself, and what comes of it is said. */
export function createReportActs(room: SpendRoom): Pick<Handlers<SpendExchanges>, 'report.copy' | 'report.export' | 'range.delete' | 'picture.open' | 'budget.set' | 'balance.refresh' | 'balance.enter' | 'panel.open' | 'log.show'> {
  const { tools, look, say, goOn, refresh } = room;
  const started = (work: Promise<unknown>): Record<string, never> => {
    goOn(work);
    return {};
  };
  const run = async (command: string): Promise<void> => void (await commands.executeCommand(command));

  async function askBalance(): Promise<void> {
    const keeper = await tools.balance();
    const refreshed = await keeper.refresh(true);
    if (refreshed.kind === 'failed') say(failureSentence(refreshed.failure, l10n.t), 'error');
    if (refreshed.kind === 'none') say(l10n.t('This service does not tell what is left. Enter it with "Easel: Enter Balance…".'));
    refresh();
  }

  return {
    async 'report.copy'() {
      await env.clipboard.writeText(reportMarkdown(await look.view(), l10n.t));
      say(l10n.t('The report is in the clipboard, as Markdown.'));
      return {};
    },
    'report.export': ({ as }) => started(saveCharges(room, as)),
    'range.delete': () => started(deleteCharges(room)),
    async 'picture.open'({ picture }) {
      await openPicture(room, picture);
      return {};
    },
    'budget.set': () => started(run('easel.setBudget')),
    'balance.refresh': () => started(askBalance()),
    'balance.enter': () => started(run('easel.enterBalance')),
    'panel.open': () => started(run('easel.openPanel')),
    'log.show': () => started(run('easel.showLog')),
  };
}

import { commands, env, l10n, ThemeIcon, Uri, window, type QuickInputButton, type QuickPickItem } from 'vscode';
import { discard, leftovers, prune, type Leftover } from '../../jobs/recovery.ts';
import { titleOf } from '../orders/order.ts';
import { tell } from '../show/present.ts';
import { askFolder } from '../orders/rest.ts';
import { bringHome, checkLog, countOf, recoverAndTell } from '../recovery.ts';
import { resultOf, type CommandResult } from '../result.ts';
import { plainLabel } from '../show/sentences.ts';
import type { CommandTools } from './command.ts';

/** Something that can be done with a leftover. */
type Act = 'save' | 'save-as' | 'check' | 'discard' | 'folder';

const actsOf = ({ kind, remains }: Leftover): readonly Act[] => {
  if (kind === 'unknown') return ['check', 'discard'];
  const saves: readonly Act[] = kind === 'kept' && remains.pictures.length + remains.links.length > 0 ? ['save', 'save-as'] : [];
  return [...saves, 'folder', 'discard'];
};

const icons = { save: 'save', 'save-as': 'save-as', check: 'search', discard: 'trash', folder: 'folder-opened' } as const satisfies Record<Act, string>;

function actTitle(act: Act): string {
  switch (act) {
    case 'save':
      return l10n.t('Save to Its Place');
    case 'save-as':
      return l10n.t('Save As…');
    case 'check':
      return l10n.t('Check the Usage Log');
    case 'discard':
      return l10n.t('Discard');
    case 'folder':
      // On another computer there is no file manager to open.
      return env.remoteName === undefined ? l10n.t('Open the Folder of the Files') : l10n.t('Copy the Path of the Files');
  }
}

interface ActButton extends QuickInputButton {
  readonly act: Act;
}

interface Row extends QuickPickItem {
  readonly leftover: Leftover;
}

/** What a leftover consists of, and where it was to go: `2 pictures, 1 link`. */
function contents({ kind, remains: { pictures, links, unread } }: Leftover): string {
  if (kind === 'unknown') return l10n.t('sent, answer unknown');
  if (kind === 'unreadable') return l10n.t('files that cannot be read');
  const parts = [
    ...(pictures.length > 0 ? [pictures.length === 1 ? l10n.t('1 picture') : l10n.t('{0} pictures', pictures.length)] : []),
    ...(links.length > 0 ? [links.length === 1 ? l10n.t('1 to be fetched') : l10n.t('{0} to be fetched', links.length)] : []),
    ...(unread.length > 0 ? [unread.length === 1 ? l10n.t('1 that cannot be read') : l10n.t('{0} that cannot be read', unread.length)] : []),
  ];
  return parts.join(', ');
}

const titleOfLeftover = ({ remains, job }: Leftover): string => (remains.sending ? titleOf(remains.sending.request.prompt) : job);

function rowOf(leftover: Leftover): Row {
  const when = new Date(leftover.time).toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    leftover,
    label: plainLabel(titleOfLeftover(leftover)),
    description: `${contents(leftover)} · ${when}`,
    iconPath: new ThemeIcon(leftover.kind === 'unknown' ? 'question' : 'archive'),
    buttons: actsOf(leftover).map((act): ActButton => ({ act, iconPath: new ThemeIcon(icons[act]), tooltip: actTitle(act) })),
  };
}

interface Choice {
  readonly leftover: Leftover;
  readonly act: Act;
}

/** Shows the leftovers; a button acts at once, Enter asks what to do. */
async function choose(found: readonly Leftover[]): Promise<Choice | undefined> {
  const list = window.createQuickPick<Row>();
  list.title = l10n.t('Recover Images');
  list.placeholder = l10n.t('What was paid for and is in no place yet. It goes by your hand, or after 30 days.');
  list.matchOnDescription = true;
  list.items = found.map(rowOf);
  const chosen = new Promise<Choice | Leftover | undefined>((resolve) => {
    list.onDidTriggerItemButton(({ item, button }) => resolve({ leftover: item.leftover, act: (button as ActButton).act }));
    list.onDidAccept(() => resolve(list.activeItems[0]?.leftover));
    list.onDidHide(() => resolve(undefined));
  });
  list.show();
  const choice = await chosen;
  list.dispose();
  if (choice === undefined || 'act' in choice) return choice;
  const acts = actsOf(choice).map((act) => ({ act, label: actTitle(act), iconPath: new ThemeIcon(icons[act]) }));
  const picked = await window.showQuickPick(acts, { title: titleOfLeftover(choice), placeHolder: contents(choice) });
  return picked && { leftover: choice, act: picked.act };
}

/** Asks once before something that was paid for is deleted. False when it stays. */
async function discardAsked(leftover: Leftover, tools: CommandTools): Promise<boolean> {
  const count = countOf(leftover);
  const unknown = leftover.kind === 'unknown';
  const sentence = unknown
    ? l10n.t('Forget the request whose answer is unknown?')
    : count === 1
      ? l10n.t('Discard the picture that is paid for?')
      : count === 0
        ? l10n.t('Discard the files that cannot be read?')
        : l10n.t('Discard {0} pictures that are paid for?', count);
  const detail = unknown ? l10n.t('Whether the service charged for it will not be looked into any more.') : l10n.t('It is deleted for good, and its charge stays.');
  const yes = unknown ? l10n.t('Forget') : l10n.t('Discard');
  if ((await window.showWarningMessage(sentence, { modal: true, detail }, yes)) !== yes) return false;
  tools.log.info(`job ${leftover.job}: ${(await discard(leftover, tools)) ? 'discarded, as the user wished' : 'in other hands'}`);
  return true;
}

/** Does what was chosen. True where the list is to be shown again. */
async function act({ leftover, act }: Choice, tools: CommandTools): Promise<boolean> {
  const quietly = (shown: Promise<unknown>): false => {
    void shown.catch((error: unknown) => tools.log.error(String(error)));
    return false;
  };
  switch (act) {
    case 'save':
      return quietly(recoverAndTell([leftover], tools));
    case 'save-as': {
      const folder = await askFolder();
      return folder ? quietly(recoverAndTell([leftover], tools, folder)) : true;
    }
    case 'check':
      return quietly(checkLog([leftover], tools));
    case 'discard':
      await discardAsked(leftover, tools);
      return true;
    case 'folder':
      if (env.remoteName === undefined) await commands.executeCommand('revealFileInOS', Uri.file(leftover.folder.path));
      else await env.clipboard.writeText(leftover.folder.path);
      return false;
  }
}

/**
 * `Easel: Recover Images…`: everything that is paid for and in no place yet, of windows that are gone and of this one; each can be saved,
 * looked into or thrown away. With `{ all: true }` it is an API: asks and shows nothing, saves all there is to its place, and resolves to one
 * result for each job.
 */
export async function recoverImages(tools: CommandTools, first?: unknown): Promise<readonly CommandResult[] | undefined> {
  const { journal, ledger, log } = tools;
  const find = async (): Promise<readonly Leftover[]> => {
    await prune(journal, ledger, new Date());
    return leftovers(journal, new Date());
  };
  if (typeof first === 'object' && first !== null && 'all' in first && first.all === true) {
    const kept = (await find()).filter(({ kind }) => kind === 'kept');
    return (await bringHome(kept, tools, new AbortController().signal)).map(resultOf);
  }
  try {
    let found = await find();
    if (found.length === 0) void tell('information', l10n.t('Nothing is left to recover: all that was paid for is in its place.'), []);
    while (found.length > 0) {
      const choice = await choose(found);
      if (!choice || !(await act(choice, tools))) break;
      found = await find();
    }
    return undefined;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    await tell('error', l10n.t('What interrupted requests left behind could not be read: see the log.'), [{ title: l10n.t('Show Log'), run: log.show }]);
    return undefined;
  }
}

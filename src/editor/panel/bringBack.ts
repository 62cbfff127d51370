import { commands, Disposable, window, type Event, type Tab } from 'vscode';
import { restoredTabs } from './restoredTabs.ts';

/** Milliseconds until a tab that VS Code does not hand over is given up. */
const patience = 10_000;

/** The commands that give the focus to a group of editors, by the group's column. */
const groups = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth'] as const;

/** Brings a tab to the front whose contents nobody has yet: there is no API for it, only the commands that a user has. */
async function toFront(tab: Tab): Promise<void> {
  const { group } = tab;
  if (tab.isActive) return;
  const name = groups[group.viewColumn - 1];
  if (name === undefined) return;
  await commands.executeCommand(`workbench.action.focus${name}EditorGroup`);
  await commands.executeCommand('workbench.action.openEditorAtIndex', group.tabs.indexOf(tab));
}

/**
 * Shows the tab of the panel that VS Code has restored, and waits until it is handed over, which it is when it is seen first. One that is
 * not, and every other, is closed, so that there is never more than one.
 * @param handedOver fires when a tab was
 */
export async function bringBack(handedOver: Event<void>): Promise<void> {
  const [first, ...others] = restoredTabs();
  if (!first) return;
  const listening: Disposable[] = [];
  const settled = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    listening.push(
      handedOver(() => resolve(true)),
      // The user may close it meanwhile.
      window.tabGroups.onDidChangeTabs(() => {
        if (restoredTabs().length === 0) resolve(false);
      }),
      new Disposable(() => clearTimeout(timer)),
    );
  });
  try {
    if (others.length > 0) await window.tabGroups.close(others, true);
    await toFront(first);
    if (!(await settled)) await window.tabGroups.close(restoredTabs(), true);
  } finally {
    for (const one of listening) one.dispose();
  }
}

import { TabInputWebview, window, type Tab } from 'vscode';
import { panelType } from './panelType.ts';

/** VS Code's own mark before the types of extensions' webviews, in some of its versions. */
const mark = /^mainThreadWebview-/;

/** The tabs of the panel that are there, handed over or not. */
export const restoredTabs = (): readonly Tab[] =>
  window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof TabInputWebview && input.viewType.replace(mark, '') === panelType);

import { window, type Disposable, type Uri, type WebviewPanel } from 'vscode';
import type { CommandTools } from '../commands/command.ts';
import type * as Page from './spendPage.ts';
import type { SpendPage } from './spendPage.ts';

/** The part of the spend report that is to be looked at first. */
export type SpendPart = 'report' | 'reconcile';

/** The spend report as the extension's activation knows it: whatever is behind it loads when it is shown first. */
export interface SpendPanel extends Disposable {
  /** Shows it in a tab, the one that is open or a new one. With `reconcile` the service's log is fetched at once. */
  open(at: SpendPart): Promise<void>;
  /** The ledger or the settings are others, perhaps; loads nothing. */
  refresh(): void;
}

/** The type of the report's tab, by which VS Code brings it back after a reload. */
const spendType = 'easel.spend';

/** @param extension the extension's folder */
export function createSpendPanel(tools: () => CommandTools, extension: Uri): SpendPanel {
  let page: Promise<SpendPage> | undefined;

  function fill(make: (loaded: typeof Page) => WebviewPanel, at: SpendPart): Promise<SpendPage> {
    const filled = (async () => {
      const loaded = await import('./spendPage.ts');
      const panel = make(loaded);
      panel.onDidDispose(() => {
        if (page === filled) page = undefined;
      });
      return loaded.fillSpendPage(panel, tools(), extension, at);
    })();
    page = filled;
    // One that could not be filled must not stand in the way of the next.
    filled.catch(() => {
      if (page === filled) page = undefined;
    });
    return filled;
  }

  const serving = window.registerWebviewPanelSerializer(spendType, {
    async deserializeWebviewPanel(panel) {
      await fill(() => panel, 'report');
    },
  });
  return {
    async open(at) {
      if (page) (await page).show(at);
      else await fill(({ makeSpendTab }) => makeSpendTab(spendType), at);
    },
    refresh: () => void page?.then((open) => open.refresh(), () => undefined),
    dispose: () => serving.dispose(),
  };
}

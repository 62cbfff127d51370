import { l10n, Uri, ViewColumn, window, type WebviewPanel } from 'vscode';
import type { CommandTools } from '../commands/command.ts';
import { earlySentences, postTo, setTabIcon, webviewHtml } from '../webviewPage.ts';
import { createSpendDesk } from './spendDesk.ts';
import type { SpendPart } from './spendPanel.ts';

/** The report in a tab, once it is filled. */
export interface SpendPage {
  /** Brings it to the front, at one of its parts. */
  readonly show: (at: SpendPart) => void;
  readonly refresh: () => void;
}

/** Makes a tab for the report. Its page is not kept while another tab is in front: all that it shows comes from the ledger. */
export const makeSpendTab = (type: string): WebviewPanel => window.createWebviewPanel(type, l10n.t('Easel Spend'), { viewColumn: ViewColumn.Active });

/** Fills a tab with the report. The page can load its own program and nothing else. */
export function fillSpendPage(panel: WebviewPanel, tools: CommandTools, extension: Uri, at: SpendPart): SpendPage {
  const dist = Uri.joinPath(extension, 'dist', 'webview');
  const { webview } = panel;
  setTabIcon(panel, dist);
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  let open = true;
  const desk = createSpendDesk(tools, {
    post(message) {
      // What was asked before it closed may be answered after.
      if (open) postTo(webview, message);
    },
    visible: () => open && panel.visible,
  });
  const listening = webview.onDidReceiveMessage((message: unknown) => void desk.hear(message));
  panel.onDidDispose(() => {
    open = false;
    listening.dispose();
    desk.dispose();
  });
  desk.show(at);
  webview.html = webviewHtml(webview, dist, { name: 'spend', title: l10n.t('Easel Spend'), loads: ['font'], data: { sentences: earlySentences() } });
  return {
    show(part) {
      // Before it is in front, so that the page, which begins anew then, is told.
      desk.show(part);
      panel.reveal();
    },
    refresh: desk.refresh,
  };
}

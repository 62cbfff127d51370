import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, ViewColumn, window, type Webview, type WebviewPanel } from 'vscode';
import type { CommandTools } from '../commands/command.ts';
import { createSpendDesk } from './spendDesk.ts';
import type { SpendPart } from './spendPanel.ts';

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What the page says before it has got, or when it cannot get, all the sentences. */
const earlySentences = (): Readonly<Record<string, string>> => ({
  Reload: l10n.t('Reload'),
  'Show Log': l10n.t('Show Log'),
  'The editor did not answer in time. Reload the panel, or see the log.': l10n.t('The editor did not answer in time. Reload the panel, or see the log.'),
});

function html(webview: Webview, dist: Uri, title: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string => attribute(webview.asWebviewUri(Uri.joinPath(dist, name)).toString());
  return `<!DOCTYPE html>
<html lang="${attribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; font-src ${webview.cspSource}; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" href="${file('spend.css')}">
</head>
<body data-sentences="${attribute(JSON.stringify(earlySentences()))}">
<div id="panel"></div>
<script type="module" nonce="${nonce}" src="${file('spend.js')}"></script>
</body>
</html>`;
}

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
  const icon = (theme: 'light' | 'dark'): Uri => Uri.joinPath(extension, 'media', `tab-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  let open = true;
  const desk = createSpendDesk(tools, {
    post(message) {
      // What was asked before it closed may be answered after. A message that is not delivered any more is nobody's loss.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own, to the page alone
      if (open) webview.postMessage(message).then(undefined, () => undefined);
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
  webview.html = html(webview, dist, l10n.t('Easel Spend'));
  return {
    show(part) {
      // Before it is in front, so that the page, which begins anew then, is told.
      desk.show(part);
      panel.reveal();
    },
    refresh: desk.refresh,
  };
}

import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, ViewColumn, window, type Webview, type WebviewPanel, type WebviewView } from 'vscode';
import type { Desk, DeskConnection } from './desk.ts';
import { panelType } from './panelType.ts';

/** Where the panel's program and its pictures are, and nothing else that it may load. */
export interface PanelPlaces {
  readonly dist: Uri;
  readonly storage: Uri;
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What the page says before it has got, or when it cannot get, all the sentences. */
const earlySentences = (): Readonly<Record<string, string>> => ({
  Reload: l10n.t('Reload'),
  'Show Log': l10n.t('Show Log'),
  'The editor did not answer in time. Reload the panel, or see the log.': l10n.t('The editor did not answer in time. Reload the panel, or see the log.'),
});

function html(webview: Webview, { dist }: PanelPlaces, where: 'editor' | 'sideBar'): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string => attribute(webview.asWebviewUri(Uri.joinPath(dist, name)).toString());
  return `<!DOCTYPE html>
<html lang="${attribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${webview.cspSource}; font-src ${webview.cspSource}; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Easel</title>
<link rel="stylesheet" href="${file('panel.css')}">
</head>
<body data-where="${where}" data-sentences="${attribute(JSON.stringify(earlySentences()))}">
<div id="panel"></div>
<script type="module" nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}

/** Shows the panel in a webview, for as long as that lives. */
function show(webview: Webview, desk: Desk, places: PanelPlaces, where: 'editor' | 'sideBar', visible: () => boolean): DeskConnection {
  webview.options = { enableScripts: true, localResourceRoots: [places.dist, places.storage] };
  let open = true;
  const connection = desk.connect({
    post(message) {
      // What was asked before it closed may be answered after. A message that is not delivered any more is nobody's loss.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own, to the panel's page alone
      if (open) webview.postMessage(message).then(undefined, () => undefined);
    },
    src: (path) => webview.asWebviewUri(Uri.file(path)).toString(),
    visible,
  });
  const listening = webview.onDidReceiveMessage((message: unknown) => void connection.hear(message));
  webview.html = html(webview, places, where);
  return {
    ...connection,
    dispose() {
      open = false;
      listening.dispose();
      connection.dispose();
    },
  };
}

/** The panel in a tab, once it is filled. */
export interface Tab {
  /** Brings it to the front, with the focus in the prompt. */
  readonly reveal: () => void;
}

/** Fills a tab with the panel. */
export function showInTab(panel: WebviewPanel, desk: Desk, places: PanelPlaces): Tab {
  const icon = (theme: 'light' | 'dark'): Uri => Uri.joinPath(places.dist, '..', '..', 'media', `tab-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  const shown = show(panel.webview, desk, places, 'editor', () => panel.visible);
  panel.onDidDispose(() => shown.dispose());
  return {
    reveal() {
      panel.reveal();
      shown.focus();
    },
  };
}

/**
 * Makes a tab for the panel. Its page is kept while another tab is in front: what matters is in the editor, except for one thing, a mask
 * that is being painted, whose strokes and steps back would be gone without a word; the memory of one page is the price.
 */
export const makeTab = (): WebviewPanel => window.createWebviewPanel(panelType, 'Easel', { viewColumn: ViewColumn.Active }, { retainContextWhenHidden: true });

/** Fills the view in the side bar. */
export function showInSideBar(view: WebviewView, desk: Desk, places: PanelPlaces): void {
  const shown = show(view.webview, desk, places, 'sideBar', () => view.visible);
  view.onDidDispose(() => shown.dispose());
}

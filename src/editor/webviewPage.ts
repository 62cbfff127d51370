import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, type Webview, type WebviewPanel } from 'vscode';

/** A page of Easel's in a webview: one script and one style sheet of `dist/webview`. */
export interface WebviewPage {
  /** The name of both files, without their endings. */
  readonly name: 'panel' | 'compare' | 'spend';
  readonly title: string;
  /** What else the page may load of what its webview can: pictures, fonts. Nothing comes from anywhere else. */
  readonly loads: readonly ('img' | 'font')[];
  /** Attributes `data-…` of the body. */
  readonly data?: Readonly<Record<string, string>>;
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What a page says before it has got, or when it cannot get, all the sentences: its data `sentences`. */
export const earlySentences = (): string =>
  JSON.stringify({
    Reload: l10n.t('Reload'),
    'Show Log': l10n.t('Show Log'),
    'The editor did not answer in time. Reload the panel, or see the log.': l10n.t('The editor did not answer in time. Reload the panel, or see the log.'),
  });

/** @param dist the folder of the webviews' programs, which the webview can load from */
export function webviewHtml(webview: Webview, dist: Uri, { name, title, loads, data = {} }: WebviewPage): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (ending: string): string => attribute(webview.asWebviewUri(Uri.joinPath(dist, `${name}.${ending}`)).toString());
  const sources = [...loads, 'style'].map((kind) => `${kind}-src ${webview.cspSource}; `).join('');
  return `<!DOCTYPE html>
<html lang="${attribute(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${sources}script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" href="${file('css')}">
</head>
<body${Object.entries(data).map(([key, value]) => ` data-${key}="${attribute(value)}"`).join('')}>
<div id="panel"></div>
<script type="module" nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}

/** Gives a tab Easel's icon. */
export function setTabIcon(panel: WebviewPanel, dist: Uri): void {
  const icon = (theme: 'light' | 'dark'): Uri => Uri.joinPath(dist, '..', '..', 'media', `tab-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
}

/** Sends to a page. A message that is not delivered any more, since its page is gone or not there yet, is nobody's loss. */
export function postTo(webview: Webview, message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own, to the page alone
  webview.postMessage(message).then(undefined, () => undefined);
}

import { posix } from 'node:path';
import { l10n, Uri, ViewColumn, window, type Webview } from 'vscode';
import { fromCompare, type CompareAction, type Comparison, type ToCompare } from '../../protocol/compare.ts';
import { webviewHtml } from '../webviewPage.ts';
import type { Original } from './original.ts';

/** Both pictures, and what can be done with them. */
export interface CompareRequest {
  readonly uri: Uri;
  readonly original: Original;
  /** What is told of each: size, format and bytes, for a person. */
  readonly facts: { readonly before: string; readonly after: string };
  /** From the least to the most important. */
  readonly actions: readonly CompareAction[];
}

function actionTitle(action: CompareAction, how: Original['how']): string {
  switch (action) {
    case 'keep':
      return how === 'replaced' ? l10n.t('Keep') : l10n.t('Keep Both');
    case 'undo':
      return l10n.t('Undo');
    case 'replace':
      return l10n.t('Replace Original with This');
  }
}

function comparisonOf({ uri, original, facts, actions }: CompareRequest, webview: Webview): Comparison {
  // The bytes behind the same address change: nothing that was loaded before counts.
  const src = (picture: Uri): string => webview.asWebviewUri(picture).with({ query: `shown=${Date.now()}` }).toString();
  return {
    before: { label: l10n.t('Original'), name: original.name, facts: facts.before, src: src(original.uri) },
    after: { label: l10n.t('Edited'), name: posix.basename(uri.path), facts: facts.after, src: src(uri) },
    actions: actions.map((action) => ({ action, title: actionTitle(action, original.how) })),
    texts: {
      view: l10n.t('View'),
      swipe: l10n.t('Swipe'),
      sideBySide: l10n.t('Side by Side'),
      actualSize: l10n.t('Actual Size'),
      divider: l10n.t('Divider between the original and the edited picture'),
      // Filled in where the divider is moved.
      dividerValue: l10n.t('{0} % of the original', '{0}'),
      broken: l10n.t('This picture cannot be shown here.'),
    },
  };
}

/**
 * Shows two pictures in a panel. It can load these two files' folders and its own program, and nothing else; it is not brought back
 * when the window is loaded anew, for the files may be others by then.
 * @param act does what the user chose; the panel closes when it resolves to true
 */
export function openComparePanel(request: CompareRequest, extension: Uri, act: (action: CompareAction) => Promise<boolean>): void {
  const dist = Uri.joinPath(extension, 'dist', 'webview');
  const title = l10n.t('Compare {0}', posix.basename(request.uri.path));
  const panel = window.createWebviewPanel('easel.compare', title, ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [dist, Uri.joinPath(request.uri, '..'), Uri.joinPath(request.original.uri, '..')],
  });
  const { webview } = panel;
  webview.onDidReceiveMessage(async (message: unknown) => {
    // Whatever runs in the panel, these are all the words that it can say.
    const heard = fromCompare.safeParse(message);
    if (!heard.success) return;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this one is VS Code's own, to the panel's page alone
    if (heard.data.type === 'ready') await webview.postMessage({ type: 'show', comparison: comparisonOf(request, webview) } satisfies ToCompare);
    else if (request.actions.includes(heard.data.action) && (await act(heard.data.action))) panel.dispose();
  });
  webview.html = webviewHtml(webview, dist, { name: 'compare', title, loads: ['img'] });
}

import { Uri, ViewColumn, window, type Webview, type WebviewPanel, type WebviewView } from 'vscode';
import { earlySentences, postTo, setTabIcon, webviewHtml } from '../webviewPage.ts';
import type { Desk, DeskConnection } from './desk.ts';
import { panelType } from './panelType.ts';

/** Where the panel's program and its pictures are, and nothing else that it may load. */
export interface PanelPlaces {
  readonly dist: Uri;
  readonly storage: Uri;
}

/** Shows the panel in a webview, for as long as that lives. */
function show(webview: Webview, desk: Desk, places: PanelPlaces, where: 'editor' | 'sideBar', visible: () => boolean): DeskConnection {
  webview.options = { enableScripts: true, localResourceRoots: [places.dist, places.storage] };
  let open = true;
  const connection = desk.connect({
    post(message) {
      // What was asked before it closed may be answered after.
      if (open) postTo(webview, message);
    },
    src: (path) => webview.asWebviewUri(Uri.file(path)).toString(),
    visible,
  });
  const listening = webview.onDidReceiveMessage((message: unknown) => void connection.hear(message));
  webview.html = webviewHtml(webview, places.dist, { name: 'panel', title: 'Easel', loads: ['img', 'font'], data: { where, sentences: earlySentences() } });
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
  setTabIcon(panel, places.dist);
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

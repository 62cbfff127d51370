import { join } from 'node:path';
import { Uri, window, type Disposable, type WebviewPanel } from 'vscode';
import type { CommandTools } from '../commands/command.ts';
import type { Desk } from './desk.ts';
import { panelType } from './panelType.ts';

/** The panel as the extension's activation knows it: whatever is behind it loads when it is shown first. */
export interface Panel extends Disposable {
  /** Shows it in a tab: the one that is open, or a new one. */
  open(): Promise<void>;
  /** The state behind it; loads it. */
  desk(): Promise<Desk>;
}

/** @param extension the extension's folder; `storage`: absolute path of the folder for what the panel shows */
export function createPanel(tools: () => CommandTools, extension: Uri, storage: string): Panel {
  const places = { dist: Uri.joinPath(extension, 'dist', 'webview'), storage: Uri.file(storage) };
  let loaded: Promise<Desk> | undefined;
  let tab: WebviewPanel | undefined;
  const desk = (): Promise<Desk> => (loaded ??= import('./desk.ts').then(({ createDesk }) => createDesk(tools(), storage)));
  const keep = (panel: WebviewPanel): void => {
    tab = panel;
    panel.onDidDispose(() => {
      if (tab === panel) tab = undefined;
    });
  };
  const serving = [
    window.registerWebviewPanelSerializer(panelType, {
      async deserializeWebviewPanel(panel) {
        keep(panel);
        const [{ showInTab }, ready] = await Promise.all([import('./surfaces.ts'), desk()]);
        showInTab(panel, ready, places);
      },
    }),
    window.registerWebviewViewProvider(
      'easel.sideBar',
      {
        async resolveWebviewView(view) {
          const [{ showInSideBar }, ready] = await Promise.all([import('./surfaces.ts'), desk()]);
          showInSideBar(view, ready, places);
        },
      },
    ),
  ];
  return {
    desk,
    async open() {
      if (tab) {
        tab.reveal();
        return;
      }
      const [{ openTab }, ready] = await Promise.all([import('./surfaces.ts'), desk()]);
      keep(openTab(ready, places));
    },
    dispose() {
      for (const one of serving) one.dispose();
      void loaded?.then((ready) => ready.dispose());
    },
  };
}

/** Where the panel keeps what it shows, below Easel's storage. */
export const panelStorage = (storage: string): string => join(storage, 'panel');

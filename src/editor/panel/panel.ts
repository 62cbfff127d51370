import { join } from 'node:path';
import { EventEmitter, Uri, window, type Disposable, type WebviewPanel } from 'vscode';
import type { CommandTools } from '../commands/command.ts';
import type { Desk } from './desk.ts';
import { panelType } from './panelType.ts';
import { restoredTabs } from './restoredTabs.ts';
import type * as Surfaces from './surfaces.ts';
import type { Tab } from './surfaces.ts';

/** The panel as the extension's activation knows it: whatever is behind it loads when it is shown first. */
export interface Panel extends Disposable {
  /** Shows it in a tab, the one that is open or a new one, with the focus in the prompt. */
  open(): Promise<void>;
  /** The state behind it; loads it. */
  desk(): Promise<Desk>;
  /** What it says of the spend is out of date, perhaps; loads nothing. */
  refresh(): void;
}

/** @param extension the extension's folder; `storage`: absolute path of the folder for what the panel shows */
export function createPanel(tools: () => CommandTools, extension: Uri, storage: string): Panel {
  const places = { dist: Uri.joinPath(extension, 'dist', 'webview'), storage: Uri.file(storage) };
  let loaded: Promise<Desk> | undefined;
  let tab: Promise<Tab> | undefined;
  let ended = false;
  const handedOver = new EventEmitter<void>();

  async function load(): Promise<Desk> {
    const { createDesk } = await import('./desk.ts');
    if (ended) throw new Error('the window ends');
    return createDesk(tools(), storage);
  }
  const desk = (): Promise<Desk> => (loaded ??= load());

  /** Fills a tab, which is then the one that is brought to the front. */
  function fill(make: (surfaces: typeof Surfaces) => WebviewPanel): Promise<Tab> {
    const filled = (async () => {
      const [surfaces, ready] = await Promise.all([import('./surfaces.ts'), desk()]);
      const panel = make(surfaces);
      panel.onDidDispose(() => {
        if (tab === filled) tab = undefined;
      });
      return surfaces.showInTab(panel, ready, places);
    })();
    tab = filled;
    // One that could not be filled must not stand in the way of the next.
    filled.catch(() => {
      if (tab === filled) tab = undefined;
    });
    return filled;
  }

  const serving = [
    window.registerWebviewPanelSerializer(panelType, {
      async deserializeWebviewPanel(panel) {
        const filled = fill(() => panel);
        handedOver.fire();
        await filled;
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
      // As with the tab: a mask may be painted here as well.
      { webviewOptions: { retainContextWhenHidden: true } },
    ),
  ];
  return {
    desk,
    async open() {
      // After a reload VS Code may have a tab of it that it has not handed over yet: that one is shown, not another beside it.
      if (!tab && restoredTabs().length > 0) {
        const { bringBack } = await import('./bringBack.ts');
        if (!tab) await bringBack(handedOver.event);
      }
      // A new tab has the focus, and its page puts it into the prompt.
      if (tab) (await tab).reveal();
      else await fill(({ makeTab }) => makeTab());
    },
    refresh: () => void loaded?.then(({ status }) => status.refresh(), () => undefined),
    dispose() {
      ended = true;
      for (const one of [...serving, handedOver]) one.dispose();
      void loaded?.then((ready) => ready.dispose(), () => undefined);
    },
  };
}

/** Where the panel keeps what it shows, below Easel's storage. */
export const panelStorage = (storage: string): string => join(storage, 'panel');

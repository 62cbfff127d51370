import type { Locator, Page } from 'playwright-core';

/** The tree of the workspace's files. Paths are relative to the workspace folder, with `/`. */
export type Explorer = {
  /** Waits until the file or folder is shown, opening the folders above it. */
  find(path: string): Promise<Locator>;
  /** Selects files, and nothing else; the last has the focus. */
  select(...paths: readonly string[]): Promise<void>;
  /** Opens a file in an editor, for good. */
  open(path: string): Promise<void>;
  /** Chooses an item of the context menu of a file or folder; the empty path is the workspace folder itself. */
  contextMenu(path: string, item: string): Promise<void>;
  /** The items of the context menu of a file or folder, from top to bottom; the menu is closed again. */
  contextMenuItems(path: string): Promise<string[]>;
  /** Every file and folder that is shown, from top to bottom. */
  items(): Promise<string[]>;
};

/** The explorer of this window. */
export function openExplorer(page: Page): Explorer {
  const view = page.locator('.explorer-folders-view');
  const menu = page.locator('.monaco-menu');

  const row = (path: string): Locator =>
    view.locator(`.monaco-list-row[aria-level="${path.split('/').length}"]`).filter({ has: page.locator(`.explorer-item[aria-label$=${JSON.stringify(`/${path}`)}]`) });

  const find = async (path: string): Promise<Locator> => {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const folder = row(path.slice(0, slash));
      await folder.waitFor();
      const open = view.locator('.monaco-list-row[aria-expanded="true"]').and(folder);
      // A click can be lost to a tree that is being drawn anew.
      while ((await folder.getAttribute('aria-expanded')) === 'false') {
        await folder.click();
        await open.waitFor({ timeout: 2000 }).catch(() => undefined);
      }
    }
    const found = row(path);
    await found.waitFor();
    return found;
  };

  const openMenu = async (path: string): Promise<void> => {
    if (path === '') await view.locator('.monaco-list').first().click({ button: 'right', position: await belowRows(view) });
    else await (await find(path)).click({ button: 'right' });
    await menu.first().waitFor();
  };

  return {
    find,
    async select(...paths) {
      for (const [index, path] of paths.entries()) {
        const selected = view.locator('.monaco-list-row.selected').and(await find(path));
        // A tree that is being drawn anew loses a click; one too many would take the file out again.
        do {
          await (await find(path)).click(index === 0 ? {} : { modifiers: ['ControlOrMeta'] });
          await selected.waitFor({ timeout: 2000 }).catch(() => undefined);
        } while (!(await selected.isVisible()));
      }
    },
    async open(path) {
      await (await find(path)).dblclick();
      await page.locator(`.tab[aria-selected="true"] .tab-label[aria-label$=${JSON.stringify(`/${path}`)}]`).waitFor();
    },
    async contextMenu(path, item) {
      await openMenu(path);
      const entry = menu.getByRole('menuitem', { name: item, exact: true });
      await entry.waitFor();
      // A menu ignores clicks at first, lest the click that opened it chooses: so again, until it has closed.
      while (await entry.isVisible()) await entry.click({ timeout: 1000 }).catch(() => undefined);
    },
    async contextMenuItems(path) {
      await openMenu(path);
      const items = await menu.first().getByRole('menuitem').allInnerTexts();
      await page.keyboard.press('Escape');
      await menu.first().waitFor({ state: 'hidden' });
      return items.map((item) => item.split('\n')[0] ?? '');
    },
    items: () => view.locator('.monaco-list-row .label-name').allInnerTexts(),
  };
}

/** A place in the tree that belongs to no row: there the menu is the workspace folder's. */
async function belowRows(view: Locator): Promise<{ x: number; y: number }> {
  const box = await view.locator('.monaco-list').first().boundingBox();
  const rows = await view.locator('.monaco-list-row').count();
  if (box === null || (rows + 1) * 22 > box.height) throw new Error('The explorer is full: it has no empty place to click on. Close some folders or make the window higher.');
  return { x: box.width / 2, y: box.height - 8 };
}

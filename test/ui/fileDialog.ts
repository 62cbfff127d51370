import type { Workbench } from './workbench.ts';

/** Gives a path to VS Code's own dialog of files, whose title contains `title`. Nothing else may be asked right after it. */
export async function choosePath(workbench: Workbench, title: string, file: string): Promise<void> {
  const dialog = await workbench.quickInput(title);
  // It fills in by itself where it begins, and looks at each path that is typed: what comes too early is lost.
  await workbench.until('the dialog of files', async () => (await dialog.value()).startsWith('/'));
  await workbench.until('the path to be taken', async () => {
    if ((await dialog.value()).startsWith(file)) await dialog.accept();
    else await dialog.type(file);
    return dialog.locator.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  });
}

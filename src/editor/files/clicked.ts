import { l10n, TabInputCustom, TabInputText, Uri, window } from 'vscode';

/** File extensions, without the dot, of what Easel takes for images. */
export const imageExtensions = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'avif', 'svg'];
const imagePath = new RegExp(`\\.(?:${imageExtensions.join('|')})$`, 'i');

/** The picture in the active tab, by its name; undefined where something else is open, or nothing. */
export function openImage(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  return (input instanceof TabInputCustom || input instanceof TabInputText) && imagePath.test(input.uri.path) ? input.uri : undefined;
}

/**
 * The image file that a command is about: the one clicked, else the one that is open, else the one that the user names in a
 * dialog. Resolves to undefined when they think better of it.
 * @param first what VS Code passes to the command, unchecked
 */
export async function clickedImage(first: unknown): Promise<Uri | undefined> {
  if (first instanceof Uri) return first;
  return openImage() ?? askImage();
}

/** An image file that the user names in a dialog. */
export async function askImage(): Promise<Uri | undefined> {
  const [chosen] =
    (await window.showOpenDialog({ title: l10n.t('Which image is it about?'), openLabel: l10n.t('Choose'), filters: { [l10n.t('Images')]: imageExtensions } })) ?? [];
  return chosen;
}

import { posix } from 'node:path';
import { Uri, workspace } from 'vscode';
import { altText, type SnippetPicture } from '../../images/snippets/picture.ts';
import { kindAt, type Kind } from '../../images/snippets/region.ts';
import { readPicture } from '../../jobs/recipeFile.ts';
import { withLocalFile } from '../files/saveAsset.ts';
import type { OrderTools } from '../orders/order.ts';

/** Folders whose files the usual tools serve from a web site's root, as they are. */
const rootNames = new Set(['public', 'static']);

/** What is served by a web site, or compiled for one; a README beside it is read elsewhere. */
const served: ReadonlySet<Kind> = new Set(['html', 'template', 'component', 'style', 'style-lines', 'style-indented', 'script']);

const isIn = (uri: Uri, folder: Uri): boolean => uri.path.startsWith(`${folder.path}/`);

const exists = async (uri: Uri): Promise<boolean> => Promise.resolve(workspace.fs.stat(uri)).then(() => true, () => false);

/**
 * The folder that a web site serves a picture from: the nearest `public` or `static` above it, inside of the workspace, beside a
 * `package.json`. Undefined: there is none.
 */
async function webRoot(picture: Uri): Promise<Uri | undefined> {
  const top = workspace.getWorkspaceFolder(picture)?.uri;
  if (!top) return undefined;
  for (let folder = Uri.joinPath(picture, '..'); isIn(folder, top); folder = Uri.joinPath(folder, '..')) {
    if (rootNames.has(posix.basename(folder.path)) && (await exists(Uri.joinPath(folder, '../package.json')))) return folder;
  }
  return undefined;
}

/** A document that refers to a picture. */
export interface Referrer {
  readonly uri: Uri;
  /** VS Code's id. */
  readonly language: string;
}

/** How a document reaches a picture: from its own folder, or, where a web site of it serves the picture, from the site's root (`/hero.png`). Without a document, and from one without a place, from the workspace folder. */
export async function pathFrom(referrer: Referrer | undefined, picture: Uri): Promise<string> {
  const fromWorkspace = workspace.getWorkspaceFolder(picture) ? workspace.asRelativePath(picture, false) : posix.basename(picture.path);
  // A notebook's cells lie where the notebook lies.
  const document = referrer?.uri.scheme === 'vscode-notebook-cell' ? referrer.uri.with({ scheme: picture.scheme }) : referrer?.uri;
  if (!referrer || !document || document.scheme !== picture.scheme || document.authority !== picture.authority) return fromWorkspace;
  const root = served.has(kindAt(referrer.language, '', 0)) ? await webRoot(picture) : undefined;
  if (root && !isIn(document, root) && isIn(document, Uri.joinPath(root, '..'))) return picture.path.slice(root.path.length);
  return posix.relative(posix.dirname(document.path), picture.path);
}

/**
 * A picture as a document refers to it.
 * @param prompt what it was made from, where that is known from elsewhere; its recipe says so first
 * @throws errors of the file system, when it is not there
 */
export async function snippetPicture(picture: Uri, referrer: Referrer | undefined, prompt: string | undefined, { scratch }: Pick<OrderTools, 'scratch'>): Promise<SnippetPicture> {
  const [{ header, recipe }, path] = await Promise.all([withLocalFile(picture, scratch, readPicture), pathFrom(referrer, picture)]);
  return { path, width: header?.width ?? 0, height: header?.height ?? 0, alt: altText(recipe?.prompt ?? prompt, posix.basename(picture.path)) };
}

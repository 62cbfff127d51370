import { FileSystemError, l10n, Uri, workspace } from 'vscode';
import * as z from 'zod/mini';

/** A text to be said with prompts, under a name of its own. */
export interface NamedStyle {
  readonly name: string;
  readonly text: string;
}

/** Most styles of one place, and the longest of each, in characters. */
export const mostStyles = 200;
export const longestStyle = 32_000;
export const longestStyleName = 100;
/** Bytes. */
const largestFile = 8 * 1024 * 1024;

const namedStyle = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(longestStyleName)),
  text: z.string().check(z.trim(), z.minLength(1), z.maxLength(longestStyle)),
});
const list = z.array(namedStyle).check(z.maxLength(mostStyles));
const file = z.looseObject({ styles: list });

/** Styles that were stored, each name once; none where they cannot be read. */
export function soundStyles(raw: unknown): readonly NamedStyle[] {
  const parsed = list.safeParse(raw);
  return parsed.success ? once(parsed.data) : [];
}

const once = (styles: readonly NamedStyle[]): readonly NamedStyle[] => [...new Map(styles.map((style) => [style.name, style])).values()];

/** The file that a workspace's styles are in, to be committed with it: in its first folder. */
export function stylesFile(): Uri | undefined {
  const [first] = workspace.workspaceFolders ?? [];
  return first && Uri.joinPath(first.uri, '.vscode', 'easel.styles.json');
}

/** What is in the file: its styles, or one sentence on why it has none that can be read. No file is an empty one. */
export type StylesFound = { readonly styles: readonly NamedStyle[]; readonly rest: Readonly<Record<string, unknown>> } | { readonly fault: string; readonly technical: string };

export async function readStyles(uri: Uri): Promise<StylesFound> {
  let text: string;
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > largestFile) return { fault: l10n.t('{0} is too large to be read: take styles out of it.', nameOf(uri)), technical: `${size} bytes` };
    text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return { styles: [], rest: {} };
    return { fault: l10n.t('{0} cannot be read: see the log.', nameOf(uri)), technical: String(error) };
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { fault: l10n.t('{0} is not valid JSON: correct it to use its styles.', nameOf(uri)), technical: String(error) };
  }
  const parsed = file.safeParse(raw);
  if (!parsed.success) {
    const technical = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ').slice(0, 500);
    return { fault: l10n.t('{0} needs "styles", a list of at most {1}, each with "name" and "text": correct it to use its styles.', nameOf(uri), mostStyles), technical };
  }
  const { styles, ...rest } = parsed.data;
  return { styles: once(styles), rest };
}

/** Writes the file anew, with whatever else is in it. */
export async function writeStyles(uri: Uri, styles: readonly NamedStyle[], rest: Readonly<Record<string, unknown>>): Promise<void> {
  await workspace.fs.createDirectory(Uri.joinPath(uri, '..'));
  await workspace.fs.writeFile(uri, new TextEncoder().encode(`${JSON.stringify({ ...rest, styles }, undefined, 2)}\n`));
}

const nameOf = (uri: Uri): string => workspace.asRelativePath(uri);

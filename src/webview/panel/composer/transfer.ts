/// <reference lib="dom" />

/** What was dropped, or pasted: files of the computer, or addresses of files in the workspace. */
export type Transferred = { readonly kind: 'files'; readonly files: readonly File[] } | { readonly kind: 'uris'; readonly uris: readonly string[] };

/** Types under which the Explorer and the editor's tabs hand over addresses, one a line; the last is everybody's. */
const uriLists = ['application/vnd.code.uri-list', 'text/uri-list'] as const;

/** Most addresses that are handed on at once. */
const mostUris = 50;

/** Whether something is being dragged that may hold pictures. What it holds is told only when it is dropped. */
export const mayHoldPictures = ({ types }: DataTransfer): boolean => types.includes('Files') || uriLists.some((type) => types.includes(type));

/** What a drop holds; undefined: nothing that can be a picture. */
export function dropped(data: DataTransfer): Transferred | undefined {
  const [fromEditor, fromAnywhere] = uriLists.map((type) => urisIn(data.getData(type)));
  if (fromEditor && fromEditor.length > 0) return { kind: 'uris', uris: fromEditor };
  if (data.files.length > 0) return { kind: 'files', files: [...data.files] };
  return fromAnywhere && fromAnywhere.length > 0 ? { kind: 'uris', uris: fromAnywhere } : undefined;
}

/** What a paste holds, where that is a picture and no text: programs that copy text put a picture of it beside it. */
export function pasted(data: DataTransfer): Transferred | undefined {
  const files = [...data.files].filter(({ type }) => type.startsWith('image/'));
  return files.length > 0 && !data.types.includes('text/plain') ? { kind: 'files', files } : undefined;
}

/** RFC 2483: one a line, `#` begins a comment. */
function urisIn(list: string): readonly string[] {
  return list
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, mostUris);
}

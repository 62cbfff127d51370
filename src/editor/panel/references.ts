import { RelativePattern, Uri, workspace, type Disposable } from 'vscode';
import type { Size } from '../../images/size.ts';
import type { PanelReference } from '../../protocol/panel.ts';
import { referenceName } from '../orders/findReferences.ts';
import type { DraftReference } from './draft.ts';
import type { PanelRoom } from './parts.ts';
import { createLooks, type Look } from './referenceLook.ts';
import { judgeLooks, mendId, type Judgement, type Words } from './referenceJudge.ts';

/** The files of the composer, looked at off the way of whoever types, and again when they change on disk. */
export interface References extends Disposable {
  readonly list: readonly DraftReference[];
  set(list: readonly DraftReference[]): void;
  /** Looks at all of them as they are now; resolves when that is done. */
  look(): Promise<void>;
  /** As far as they have been looked at; a side of 0 is not known. */
  sizes(): readonly Size[];
  judge(model: string): Judgement;
  /** Why the first image cannot be replaced, as one sentence. */
  replaceFault(): string | undefined;
  shown(judgement: Judgement): PanelReference[];
}

const folderOf = (uri: Uri): string => Uri.joinPath(uri, '..').toString();

/** @param changed hears that something else is known of them */
export function createReferences({ tools, pictures, tell }: Pick<PanelRoom, 'tools' | 'pictures' | 'tell'>, changed: () => void): References {
  const looks = createLooks(tools);
  const seen = new Map<string, Look>();
  const thumbs = new Map<string, { readonly key: string; readonly src: string }>();
  const watchers = new Map<string, Disposable>();
  let list: readonly DraftReference[] = [];
  /** Counts the looks at all files. Each change of the list starts one. */
  let latest = 0;
  let looking: Promise<void> = Promise.resolve();

  const quietly = (work: Promise<unknown>): void => void work.catch((error: unknown) => tools.log.error(error instanceof Error ? error : String(error)));

  const showThumb = async ({ id, uri }: DraftReference, key: string): Promise<void> => {
    const keep = (src: string): void => {
      if (src === '' || seen.get(id)?.key !== key || thumbs.get(id)?.src === src) return;
      thumbs.set(id, { key, src });
      tell('thumb', { of: id, src });
    };
    const src = await pictures.thumb(uri, keep);
    if (src !== undefined) keep(src);
  };

  const lookAtAll = async (): Promise<void> => {
    const mine = (latest += 1);
    const found = await Promise.all(
      list.map(async (file) => {
        const look = await looks.at(file);
        // It may have another role by now, or be gone: what was looked at last counts, whichever comes last.
        if (mine !== latest) return false;
        const news = seen.get(file.id) !== look;
        seen.set(file.id, look);
        if (look.found && thumbs.get(file.id)?.key !== look.key) quietly(showThumb(file, look.key));
        return news;
      }),
    );
    if (found.includes(true)) changed();
  };
  const look = async (): Promise<void> => {
    looking = lookAtAll();
    // The list may change while it is looked at, which starts another look.
    for (let last; last !== looking; ) await (last = looking);
  };

  const watch = (): void => {
    const folders = new Map(list.map(({ uri }) => [folderOf(uri), Uri.joinPath(uri, '..')]));
    for (const [key, watcher] of watchers) {
      if (folders.has(key)) continue;
      watcher.dispose();
      watchers.delete(key);
    }
    for (const [key, folder] of folders) {
      if (watchers.has(key)) continue;
      // Whole folders, for the name of a file may read as a pattern.
      const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, '*'));
      const heard = (uri: Uri): void => {
        if (list.some((file) => file.uri.toString() === uri.toString())) quietly(look());
      };
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(heard);
      watchers.set(key, watcher);
    }
  };

  return {
    get list() {
      return list;
    },
    set(next) {
      list = next;
      const ids = new Set(next.map(({ id }) => id));
      for (const map of [seen, thumbs]) for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
      watch();
      quietly(look());
    },
    look,
    sizes: () => list.map(({ id }) => sizeOf(seen.get(id))),
    judge: (model) => judgeLooks(list.map((file) => ({ file, look: seen.get(file.id) })), model),
    replaceFault: () => (list[0] ? seen.get(list[0].id)?.replaceFault : undefined),
    shown: (judgement) => list.map((file) => shownAs(file, seen.get(file.id), judgement.each.get(file.id), thumbs.get(file.id)?.src)),
    dispose() {
      for (const watcher of watchers.values()) watcher.dispose();
      watchers.clear();
      list = [];
      latest += 1;
    },
  };
}

function shownAs({ id, uri, role }: DraftReference, look: Look | undefined, words: Words | undefined, thumb: string | undefined): PanelReference {
  const { faults = [], doubts = [], mends = [] } = words ?? {};
  return {
    id,
    name: referenceName(uri),
    role,
    ...sizeOf(look),
    bytes: look?.bytes ?? 0,
    ...(thumb !== undefined && { thumb }),
    faults: [...faults],
    doubts: [...doubts],
    mends: mends.map(({ title, mend }) => ({ id: mendId(mend), title })),
  };
}

const sizeOf = (look: Look | undefined): Size => ({ width: look?.found?.reference.header?.width ?? 0, height: look?.found?.reference.header?.height ?? 0 });

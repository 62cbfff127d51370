import { workspace, type Disposable } from 'vscode';
import type { PromptStyle } from '../../protocol/panel.ts';
import type { CommandTools } from '../commands/command.ts';
import type { PanelRoom } from './parts.ts';
import { readStyles, soundStyles, stylesFile, writeStyles, type NamedStyle, type StylesFound } from './stylesFile.ts';

export type StyleScope = PromptStyle['scope'];

/** The styles of the workspace, from a file that is committed with it, and those of the user, which roam. */
export interface Styles extends Disposable {
  /** Resolves when the workspace's file has been read. */
  readonly ready: Promise<void>;
  list(): readonly PromptStyle[];
  of(scope: StyleScope): readonly NamedStyle[];
  /** Puts a scope's styles in the place of those that it has. @returns one sentence on why it cannot be done; undefined: it is */
  put(scope: StyleScope, change: (styles: readonly NamedStyle[]) => readonly NamedStyle[]): Promise<string | undefined>;
}

const slot = 'easel.panel.styles';

export const styleId = (scope: StyleScope, name: string): string => `${scope}:${name}`;

/** @param changed hears that the list is another */
export function createStyles({ tools, tell }: Pick<PanelRoom, 'tools' | 'tell'>, changed: () => void): Styles {
  const memory: CommandTools['memory']['globalState'] = tools.memory.globalState;
  memory.setKeysForSync([slot]);
  let found: StylesFound = { styles: [], rest: {} };
  let file = stylesFile();

  /** What is broken is said once, and again when it is broken otherwise. */
  const take = (next: StylesFound): void => {
    const before = found;
    found = next;
    if ('fault' in next && !('fault' in before && before.technical === next.technical)) {
      tools.log.warn(`styles: ${next.fault} ${next.technical}`);
      tell('say', { sentence: next.fault, tone: 'warning' });
    }
    changed();
  };
  let reading: Promise<void> = Promise.resolve();
  const readAfter = async (before: Promise<void>): Promise<void> => {
    await before;
    take(file ? await readStyles(file) : { styles: [], rest: {} });
  };
  const read = (): Promise<void> => (reading = readAfter(reading));

  // One for all folders: which of them is the first may change.
  const watcher = workspace.createFileSystemWatcher('**/.vscode/easel.styles.json');
  const listening = [watcher, watcher.onDidChange(read), watcher.onDidCreate(read), watcher.onDidDelete(read), workspace.onDidChangeWorkspaceFolders(() => void ((file = stylesFile()), read()))];

  let stored: { readonly raw: unknown; readonly styles: readonly NamedStyle[] } | undefined;
  const ofUser = (): readonly NamedStyle[] => {
    // Other windows and other computers write there as well.
    const raw = memory.get<unknown>(slot);
    if (stored?.raw !== raw || !stored) stored = { raw, styles: soundStyles(raw) };
    return stored.styles;
  };
  const ofWorkspace = (): readonly NamedStyle[] => ('styles' in found ? found.styles : []);
  const of = (scope: StyleScope): readonly NamedStyle[] => (scope === 'user' ? ofUser() : ofWorkspace());

  return {
    ready: read(),
    of,
    list: () => (['workspace', 'user'] as const).flatMap((scope) => of(scope).map(({ name, text }) => ({ id: styleId(scope, name), name, text, scope }))),
    async put(scope, change) {
      if (scope === 'user') {
        await memory.update(slot, change(ofUser()));
        changed();
        return undefined;
      }
      await read();
      if ('fault' in found) return found.fault;
      if (file) await writeStyles(file, change(found.styles), found.rest);
      await read();
      return undefined;
    },
    dispose() {
      for (const one of listening) one.dispose();
    },
  };
}

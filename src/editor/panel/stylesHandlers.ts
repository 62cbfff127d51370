import { l10n, window, workspace, type QuickPickItem } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import type { HandlersOf, PanelRoom } from './parts.ts';
import { type Styles, type StyleScope } from './styles.ts';
import { longestStyle, longestStyleName, mostStyles, stylesFile, writeStyles, type NamedStyle } from './stylesFile.ts';

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', reason });

const nameFault = (name: string): string | undefined => {
  if (name.trim() === '') return l10n.t('Give the style a name.');
  return name.trim().length > longestStyleName ? l10n.t('The name is too long: at most {0} characters are taken.', longestStyleName) : undefined;
};

/** What a new file of styles begins with, to be changed. */
const example = (): NamedStyle => ({ name: l10n.t('Flat icon'), text: l10n.t('{0}, as a flat vector icon: simple shapes, no outlines, few colours, a plain background', '{prompt}') });

/** What the panel asks of the styles. Whatever waits for a person goes on after the answer. */
export function styleHandlers({ tell }: Pick<PanelRoom, 'tell'>, styles: Styles, quietly: (work: Promise<unknown>) => void): HandlersOf<'style.save' | 'style.delete' | 'style.open'> {
  const say = (sentence: string, tone: 'information' | 'warning' | 'error' = 'information'): void => tell('say', { sentence, tone });
  /** Changes a scope's styles, and says why where it cannot. */
  const put = async (scope: StyleScope, change: (list: readonly NamedStyle[]) => readonly NamedStyle[]): Promise<boolean> => {
    const fault = await styles.put(scope, change);
    if (fault !== undefined) say(fault, 'error');
    return fault === undefined;
  };

  const save = async (text: string, scope: StyleScope): Promise<void> => {
    const title = scope === 'workspace' ? l10n.t('Save Style for the Workspace') : l10n.t('Save Style for Yourself');
    const typed = await window.showInputBox({ title, prompt: l10n.t('A name for the style'), ignoreFocusOut: true, validateInput: nameFault });
    if (typed === undefined) return;
    const name = typed.trim();
    const known = styles.of(scope);
    const taken = known.some((style) => style.name === name);
    if (!taken && known.length >= mostStyles) {
      say(l10n.t('There are {0} styles, and no more are taken: delete one first.', mostStyles), 'warning');
      return;
    }
    if (taken) {
      const replace = l10n.t('Replace');
      if ((await window.showWarningMessage(l10n.t('There is a style named "{0}". Replace it?', name), { modal: true }, replace)) !== replace) return;
    }
    if (await put(scope, (list) => [...list.filter((style) => style.name !== name), { name, text }])) say(l10n.t('The style "{0}" is saved.', name));
  };

  const remove = async (scope: StyleScope, name: string): Promise<void> => {
    const remove = l10n.t('Delete');
    if ((await window.showWarningMessage(l10n.t('Delete the style "{0}"?', name), { modal: true }, remove)) !== remove) return;
    if (await put(scope, (list) => list.filter((style) => style.name !== name))) say(l10n.t('The style "{0}" is deleted.', name));
  };

  const rename = async (name: string): Promise<void> => {
    const fault = (typed: string): string | undefined =>
      nameFault(typed) ?? (typed.trim() !== name && styles.of('user').some((style) => style.name === typed.trim()) ? l10n.t('There is another style of this name: choose another name.') : undefined);
    const typed = await window.showInputBox({ title: l10n.t('Rename Style'), value: name, ignoreFocusOut: true, validateInput: fault });
    if (typed === undefined) return;
    await put('user', (list) => list.map((style) => (style.name === name ? { ...style, name: typed.trim() } : style)));
  };

  const openFile = async (): Promise<void> => {
    const file = stylesFile();
    if (!file) return;
    const there = await Promise.resolve(workspace.fs.stat(file)).then(() => true, () => false);
    if (!there) await writeStyles(file, [example()], {});
    await window.showTextDocument(file);
  };

  const manage = async (): Promise<void> => {
    const known = styles.of('user');
    if (known.length === 0) {
      say(l10n.t('You have no styles of your own yet: save one from the prompt.'));
      return;
    }
    const picked = await window.showQuickPick(known.map(({ name, text }): QuickPickItem => ({ label: name, detail: text.slice(0, 200) })), { title: l10n.t('Your Styles'), placeHolder: l10n.t('Which style is to be renamed or deleted?') });
    if (!picked) return;
    const acts = [
      { label: l10n.t('Rename…'), run: () => rename(picked.label) },
      { label: l10n.t('Delete…'), run: () => remove('user', picked.label) },
    ];
    await (await window.showQuickPick(acts, { title: picked.label }))?.run();
  };

  return {
    'style.save': ({ text, scope }) => {
      if (text.trim() === '') throw refused(l10n.t('There is nothing to save: write what the style says first.'));
      if (text.length > longestStyle) throw refused(l10n.t('The style is too long: at most {0} characters are taken.', longestStyle));
      if (scope === 'workspace' && !stylesFile()) throw refused(l10n.t('No folder is open to keep the style in: save it for yourself, or open a folder first.'));
      quietly(save(text.trim(), scope));
      return {};
    },
    'style.delete': ({ style }) => {
      const found = styles.list().find(({ id }) => id === style);
      if (!found) throw refused(l10n.t('This style is not there any more: choose another one.'));
      quietly(remove(found.scope, found.name));
      return {};
    },
    'style.open': ({ scope }) => {
      if (scope === 'workspace' && !stylesFile()) throw refused(l10n.t('No folder is open to keep the style in: save it for yourself, or open a folder first.'));
      quietly(scope === 'workspace' ? openFile() : manage());
      return {};
    },
  };
}

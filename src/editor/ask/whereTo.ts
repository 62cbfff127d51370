import { l10n, ThemeIcon, Uri, workspace, type QuickPickItem } from 'vscode';
import { numbered } from '../../images/naming.ts';
import { askPick, type Place, type StepEnd } from './steps.ts';

/** Names that are tried for the one to show; what the file is really called is found out when it is saved. */
const mostTries = 50;

async function freeName(folder: Uri, name: string, extension: string): Promise<string> {
  for (let number = 1; number < mostTries; number += 1) {
    const file = `${numbered(name, number)}.${extension}`;
    const taken = await Promise.resolve(workspace.fs.stat(Uri.joinPath(folder, file))).then(() => true, () => false);
    if (!taken) return file;
  }
  return `${name}.${extension}`;
}

/**
 * Asks whether the result goes beside the edited image or takes its place. Beside is what Enter means, each time: replacing is never
 * something that one slips into.
 * @param beside where the first picture goes, and what all of them cost; `replace`: what is replaced, and what its one picture costs
 */
export async function askWhereTo(
  place: Place,
  { beside, replace, count }: {
    readonly beside: { readonly folder: Uri; readonly name: string; readonly extension: string; readonly cost: string };
    readonly replace: { readonly label: string; readonly cost: string };
    /** Pictures that the settings ask for. */
    readonly count: number;
  },
): Promise<StepEnd<{ readonly replace: boolean }>> {
  const name = await freeName(beside.folder, beside.name, beside.extension);
  const items: readonly (QuickPickItem & { readonly replace: boolean })[] = [
    { replace: false, iconPath: new ThemeIcon('new-file'), label: l10n.t('Beside it, as {0}', name), description: beside.cost, ...(count > 1 && { detail: l10n.t('{0} pictures, as the settings say', count) }) },
    {
      replace: true,
      iconPath: new ThemeIcon('replace'),
      label: l10n.t('Replace {0}', replace.label),
      description: replace.cost,
      detail: count > 1 ? l10n.t('Makes one picture, not {0}. The original is kept; Undo Replace brings it back.', count) : l10n.t('The original is kept; Undo Replace brings it back.'),
    },
  ];
  const end = await askPick(place, { placeholder: l10n.t('Where the result goes: the picture is made when you choose'), itemsFor: () => items, active: ({ replace: replaces }) => !replaces });
  return end.kind === 'answer' ? { kind: 'answer', value: { replace: end.value.replace } } : end;
}

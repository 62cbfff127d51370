import { l10n, ThemeIcon, Uri, workspace, type QuickPickItem } from 'vscode';
import { extensionOf, numbered } from '../../images/naming.ts';
import { formatSize } from '../../images/size.ts';
import { labelOf } from '../orders/editName.ts';
import type { Order } from '../orders/order.ts';
import { joinSentences } from '../show/sentences.ts';
import { askPick, type Place, type StepEnd } from './steps.ts';
import { sizeText } from './words.ts';

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

/** One of the two places, as the order that comes of it, and what that costs. */
export interface Way {
  readonly order: Order;
  readonly cost: string;
}

/** How the result is brought to the image's pixels, where the service draws others. */
const scaling = ({ request, exact }: Order): readonly string[] => {
  if (!exact) return [];
  const size = formatSize(exact.width, exact.height);
  return request.size === 'auto' || request.size === size ? [] : [l10n.t('Scaled to exactly {0}.', sizeText(size))];
};

/**
 * Asks whether the result goes beside the edited image or takes its place. Beside is what Enter means, each time: replacing is never
 * something that one slips into.
 */
export async function askWhereTo(place: Place, { beside, replace }: { readonly beside: Way; readonly replace: Way }): Promise<StepEnd<{ readonly replace: boolean }>> {
  const { folder, name, request } = beside.order;
  const file = await freeName(folder, name, extensionOf(request.format ?? 'png'));
  const many = request.count > 1;
  const besideDetail = joinSentences([...(many ? [l10n.t('{0} pictures, as the settings say.', request.count)] : []), ...scaling(beside.order)]);
  const replaceDetail = joinSentences([
    ...(many ? [l10n.t('Makes one picture, not {0}.', request.count)] : []),
    ...scaling(replace.order),
    l10n.t('The original is kept; Undo Replace brings it back.'),
  ]);
  const items: readonly (QuickPickItem & { readonly replace: boolean })[] = [
    { replace: false, iconPath: new ThemeIcon('new-file'), label: l10n.t('Beside it, as {0}', file), description: beside.cost, ...(besideDetail !== '' && { detail: besideDetail }) },
    {
      replace: true,
      iconPath: new ThemeIcon('replace'),
      label: l10n.t('Replace {0}', replace.order.replaces ? labelOf(replace.order.replaces) : ''),
      description: replace.cost,
      detail: replaceDetail,
    },
  ];
  const end = await askPick(place, { placeholder: l10n.t('Where the result goes: the picture is made when you choose'), itemsFor: () => items, active: ({ replace: replaces }) => !replaces });
  return end.kind === 'answer' ? { kind: 'answer', value: { replace: end.value.replace } } : end;
}

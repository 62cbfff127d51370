import { l10n, TabInputCustom, TabInputText, Uri, window } from 'vscode';
import { ratesFor } from '../../api/profiles.ts';
import { askRequest } from '../ask/request.ts';
import { editName } from '../editName.ts';
import { lastAnswers, rememberAnswers } from '../memory.ts';
import { fulfil, type Order } from '../order.ts';
import { haveKey, placeOrder } from '../placeOrder.ts';
import { prepareReferences, sizesOf, type OrderReference } from '../references.ts';
import { requestFrom, type CommandResult } from '../result.ts';
import { requestSettings } from '../settings.ts';
import type { CommandTools } from './command.ts';
import { forPerson, forProgram } from './outcome.ts';

/** The image files that an edit is about, the edited one first: those clicked, else the one that is open, else those that the user names. */
async function chosenImages(clicked: unknown, selected: unknown): Promise<readonly Uri[]> {
  const chosen = Array.isArray(selected) ? selected.filter((uri) => uri instanceof Uri) : [];
  if (clicked instanceof Uri) return [clicked, ...chosen.filter((uri) => uri.toString() !== clicked.toString())];
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if ((input instanceof TabInputCustom || input instanceof TabInputText) && /\.(png|jpe?g|webp)$/i.test(input.uri.path)) return [input.uri];
  return (
    (await window.showOpenDialog({
      canSelectMany: true,
      title: l10n.t('Which images shall be edited? The first is the one that changes.'),
      openLabel: l10n.t('Edit'),
      filters: { [l10n.t('Images')]: ['png', 'jpg', 'jpeg', 'webp'] },
    })) ?? []
  );
}

async function askAndEdit(tools: CommandTools, images: readonly Uri[]): Promise<CommandResult | undefined> {
  const [edited] = images;
  if (!edited) return undefined;
  const again = (): Promise<unknown> => askAndEdit(tools, images);
  const { workspaceState } = tools.memory;
  return forPerson(tools, again, async () => {
    const service = tools.services.current();
    const settings = requestSettings(edited);
    const references = images.map((uri): OrderReference => ({ uri, role: 'image' }));
    // Judged before the first question: what cannot be edited need not be described.
    const prepared = await prepareReferences(references, settings.model, tools);
    await prepared.dispose();
    if (!(await haveKey(service, tools))) return undefined;
    const imageSizes = sizesOf(prepared.references);
    const base = { ...requestFrom('', settings), size: 'auto' };
    const { quality } = lastAnswers(workspaceState);
    const { name, label } = editName(edited);
    const title = images.length > 1 ? l10n.t('Edit {0} with References', label) : l10n.t('Edit {0}', label);
    const answers = await askRequest(base, { size: 'auto', ...(quality && { quality }) }, ratesFor(service.profile, base.model), { title, images: imageSizes });
    if (!answers) return undefined;
    await rememberAnswers(workspaceState, { quality: answers.quality });
    const order: Order = { request: { ...base, ...answers }, responseFormat: settings.responseFormat, references, imageSizes, folder: Uri.joinPath(edited, '..'), name };
    return placeOrder(order, tools, workspaceState, again);
  });
}

function editFor(tools: CommandTools, args: unknown, token: unknown): Promise<CommandResult> {
  return forProgram(async () => {
    const { editOrderFrom, cancellationFrom } = await import('./commandArguments.ts');
    return fulfil(editOrderFrom(args), tools, cancellationFrom(token), () => undefined);
  });
}

/**
 * `Easel: Edit Image…`: on the clicked image files, on the one that is open, or on those that the user names. With an object it is
 * an API of the same contract as `easel.generate`.
 */
export async function edit(tools: CommandTools, first?: unknown, second?: unknown): Promise<CommandResult | undefined> {
  return first === undefined || first instanceof Uri ? askAndEdit(tools, await chosenImages(first, second)) : editFor(tools, first, second);
}

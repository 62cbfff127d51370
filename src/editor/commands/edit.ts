import { l10n, Uri, window } from 'vscode';
import { askEdit, type EditAnswers } from '../ask/edit.ts';
import { lookAt, type Look } from '../ask/look.ts';
import type { Answers } from '../ask/request.ts';
import type { Arrangement } from '../ask/roles.ts';
import { imageExtensions, openImage } from '../files/clicked.ts';
import { siblingName } from '../orders/editName.ts';
import { editableSizes, editOrder } from '../orders/editOrder.ts';
import { lastAnswers, rememberAnswers } from '../orders/memory.ts';
import { fulfil, type Order } from '../orders/order.ts';
import { haveKey, placeOrder } from '../orders/placeOrder.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestFrom, type CommandResult } from '../result.ts';
import { requestSettings } from '../settings.ts';
import { pricingOf } from '../show/cost.ts';
import type { CommandTools } from './command.ts';
import { forPerson, forProgram } from './outcome.ts';

/** The image files that an edit is about, the edited one first: those clicked, else the one that is open, else those that the user names. */
async function chosenImages(clicked: unknown, selected: unknown): Promise<readonly Uri[]> {
  const chosen = Array.isArray(selected) ? selected.filter((uri) => uri instanceof Uri) : [];
  if (clicked instanceof Uri) return [clicked, ...chosen.filter((uri) => uri.toString() !== clicked.toString())];
  const open = openImage();
  if (open) return [open];
  return (
    (await window.showOpenDialog({
      canSelectMany: true,
      title: l10n.t('Which images shall be edited? The first is the one that changes.'),
      openLabel: l10n.t('Edit'),
      filters: { [l10n.t('Images')]: imageExtensions },
    })) ?? []
  );
}

type Files = readonly [OrderReference, ...OrderReference[]];

const isSome = (references: readonly OrderReference[]): references is Files => references.length > 0;

/** What callers are told of the images that an edit started from. */
const named = (references: readonly OrderReference[]): NonNullable<CommandResult['references']> => references.map(({ role, uri }) => ({ role, uri }));

/** @param last what was answered before, where the questions are asked anew */
async function askAndEdit(tools: CommandTools, files: Files, withRoles: boolean, last?: Partial<Answers>): Promise<CommandResult | undefined> {
  const { workspaceState } = tools.memory;
  let chosen = files;
  let answered = last;
  const again = (): Promise<unknown> => askAndEdit(tools, chosen, withRoles, answered);
  const chooseFiles = (): Promise<unknown> => askAndEdit(tools, chosen, true, answered);
  const result = await forPerson(tools, again, async () => {
    const service = tools.services.current();
    const settings = requestSettings(files[0].uri);
    // Judged before the first question: what cannot be edited need not be described. A list of files says it itself, and helps.
    const images = withRoles ? [] : await editableSizes(files, settings.model, tools);
    if (!(await haveKey(service, tools))) return undefined;
    const base = { ...requestFrom('', settings), size: 'auto' };
    const { quality } = lastAnswers(workspaceState);
    const look = (list: readonly OrderReference[]): Promise<Look> => lookAt(list, settings.model, tools);
    const orderOf = ({ prompt, size, quality: finish, references, images: sizes, replace }: EditAnswers & Arrangement): Order =>
      editOrder({ request: { ...base, prompt, size, quality: finish }, references: isSome(references) ? references : files, images: sizes, name: siblingName((references[0] ?? files[0]).uri, 'edit'), replace }, settings);
    const wish = await askEdit(base, last ?? { size: 'auto', ...(quality && { quality }) }, pricingOf(service.profile, base.model, tools), { references: files, images }, { look: withRoles ? look : undefined, orderOf });
    if (!wish || !isSome(wish.references)) return undefined;
    chosen = wish.references;
    answered = { prompt: wish.prompt, size: wish.size, quality: wish.quality };
    await rememberAnswers(workspaceState, { quality: wish.quality });
    return placeOrder(orderOf(wish), tools, workspaceState, again, chooseFiles);
  }, chooseFiles);
  return result && { ...result, references: named(chosen) };
}

async function editFor(tools: CommandTools, args: unknown, token: unknown): Promise<CommandResult> {
  let references: readonly OrderReference[] = [];
  const result = await forProgram(async () => {
    const { editOrderFrom, cancellationFrom } = await import('./commandArguments.ts');
    const order = await editOrderFrom(args, tools);
    references = order.references ?? [];
    return fulfil(order, tools, cancellationFrom(token), () => undefined);
  });
  return { ...result, references: named(references) };
}

async function editOrAsk(tools: CommandTools, first: unknown, second: unknown, withRoles: boolean): Promise<CommandResult | undefined> {
  if (first !== undefined && !(first instanceof Uri)) return editFor(tools, first, second);
  const files = (await chosenImages(first, second)).map((uri): OrderReference => ({ uri, role: 'image' }));
  return isSome(files) ? askAndEdit(tools, files, withRoles || files.length > 1) : undefined;
}

/**
 * `Easel: Edit Image…`: on the clicked image file, on the one that is open, or on those that the user names. With an object it is an API of
 * the same contract as `easel.generate`.
 */
export async function edit(tools: CommandTools, first?: unknown, second?: unknown): Promise<CommandResult | undefined> {
  return editOrAsk(tools, first, second, false);
}

/** `Easel: Edit with References…`: the same for several files; asks first which of them is what, and for more. */
export async function editWithReferences(tools: CommandTools, first?: unknown, second?: unknown): Promise<CommandResult | undefined> {
  return editOrAsk(tools, first, second, true);
}

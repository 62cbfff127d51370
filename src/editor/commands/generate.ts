import { Uri, l10n } from 'vscode';
import { assetName } from '../../images/naming.ts';
import { askRequest } from '../ask/request.ts';
import { fulfil, type Order } from '../orders/order.ts';
import { haveKey, placeOrder } from '../orders/placeOrder.ts';
import { requestFrom, type CommandResult } from '../result.ts';
import { requestSettings } from '../settings.ts';
import { pricingOf } from '../show/cost.ts';
import { chosenTarget } from '../orders/target.ts';
import type { CommandTools } from './command.ts';
import { forPerson, forProgram } from './outcome.ts';
import { lastAnswers, rememberAnswers } from '../orders/memory.ts';

/** Asks for the request and places it. */
function askAndPlace(tools: CommandTools, clicked: Uri | undefined): Promise<CommandResult | undefined> {
  const again = (): Promise<unknown> => askAndPlace(tools, clicked);
  const { workspaceState } = tools.memory;
  return forPerson(tools, again, async () => {
    const service = tools.services.current();
    if (!(await haveKey(service, tools))) return undefined;
    const folder = await chosenTarget(clicked);
    if (!folder) return undefined;
    const settings = requestSettings(folder);
    const base = requestFrom('', settings);
    const answers = await askRequest(base, lastAnswers(workspaceState), pricingOf(service.profile, base.model, tools), { title: l10n.t('Generate Image'), images: [] });
    if (!answers) return undefined;
    await rememberAnswers(workspaceState, answers);
    const order: Order = { request: { ...base, ...answers }, responseFormat: settings.responseFormat, folder, name: assetName(answers.prompt) };
    return placeOrder(order, tools, workspaceState, again);
  });
}

/** Places the order of a caller that cannot be asked. */
function generateFor(tools: CommandTools, args: unknown, token: unknown): Promise<CommandResult> {
  return forProgram(async () => {
    const { orderFrom, cancellationFrom } = await import('./commandArguments.ts');
    return fulfil(orderFrom(args), tools, cancellationFrom(token), () => undefined);
  });
}

/**
 * `Easel: Generate Image…`. Without arguments it asks, and never rejects. With an object it is an API: it asks and shows
 * nothing, resolves to a {@link CommandResult} or rejects with a {@link CommandError}.
 */
export async function generate(tools: CommandTools, first?: unknown, second?: unknown): Promise<CommandResult | undefined> {
  // Menus of the editor's title pass the file on that is open there: it says nothing about the request.
  return first === undefined || first instanceof Uri ? askAndPlace(tools, undefined) : generateFor(tools, first, second);
}

/** `Generate Image Here…` on a folder (or file) in the Explorer. */
export async function generateHere(tools: CommandTools, clicked?: unknown): Promise<CommandResult | undefined> {
  return askAndPlace(tools, clicked instanceof Uri ? clicked : undefined);
}

import { l10n, type Uri } from 'vscode';
import { askVariations } from '../ask/variations.ts';
import { askImage, clickedImage } from '../files/clicked.ts';
import { labelOf, siblingName } from '../orders/editName.ts';
import { editableSizes, editOrder } from '../orders/editOrder.ts';
import { lastAnswers } from '../orders/memory.ts';
import { haveKey, placeOrder } from '../orders/placeOrder.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestFrom, type CommandResult } from '../result.ts';
import { requestSettings } from '../settings.ts';
import { pricingOf } from '../show/cost.ts';
import { variationPrompt } from '../orders/variation.ts';
import type { CommandTools } from './command.ts';
import { forPerson } from './outcome.ts';

async function askAndVary(tools: CommandTools, image: Uri): Promise<CommandResult | undefined> {
  const { workspaceState } = tools.memory;
  const again = (): Promise<unknown> => askAndVary(tools, image);
  const chooseFiles = async (): Promise<unknown> => {
    const other = await askImage();
    return other && askAndVary(tools, other);
  };
  const references: readonly [OrderReference] = [{ uri: image, role: 'image' }];
  const result = await forPerson(tools, again, async () => {
    const service = tools.services.current();
    const settings = requestSettings(image);
    const images = await editableSizes(references, settings.model, tools);
    if (!(await haveKey(service, tools))) return undefined;
    const { quality } = lastAnswers(workspaceState);
    const base = { ...requestFrom('', settings), size: 'auto', ...(quality && { quality }) };
    const answers = await askVariations(base, variationPrompt, pricingOf(service.profile, base.model, tools), { title: l10n.t('Variations of {0}', labelOf(image)), images });
    if (!answers) return undefined;
    const request = { ...base, prompt: variationPrompt(answers.hint), count: answers.count };
    return placeOrder(editOrder({ request, references, images, name: siblingName(image, 'variation') }, settings), tools, workspaceState, again, chooseFiles);
  }, chooseFiles);
  return result && { ...result, references };
}

/** `Easel: Create Variations…`: several pictures from the clicked image, from the one that is open, or from one that the user names. */
export async function createVariations(tools: CommandTools, first?: unknown): Promise<CommandResult | undefined> {
  const image = await clickedImage(first);
  return image && askAndVary(tools, image);
}

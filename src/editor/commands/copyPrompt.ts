import { posix } from 'node:path';
import { env, l10n, window } from 'vscode';
import { clickedImage } from '../files/clicked.ts';
import { noRecipeSentence, recipeAt } from '../files/recipes.ts';
import type { CommandTools } from './command.ts';
import { forPerson } from './outcome.ts';

/** `Easel: Copy Prompt`: the prompt of the clicked picture, or of the one that is open, goes to the clipboard. */
export async function copyPrompt(tools: CommandTools, clicked?: unknown): Promise<void> {
  const image = await clickedImage(clicked);
  if (!image) return;
  await forPerson(tools, () => copyPrompt(tools, image), async () => {
    const recipe = await recipeAt(image);
    if (recipe) await env.clipboard.writeText(recipe.prompt);
    // Not awaited: the command is done, the message may stay as long as its reader likes.
    void window.showInformationMessage(recipe ? l10n.t('The prompt of {0} is in the clipboard.', posix.basename(image.path)) : noRecipeSentence(image));
    return undefined;
  });
}

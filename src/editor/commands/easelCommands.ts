import type { CommandHandler } from './command.ts';

/** Every command, by the id that package.json contributes. Each loads with its first use, so that activation loads none. */
export const easelCommands = {
  'easel.openPanel': async (tools) => (await import('./openPanel.ts')).openPanel(tools),
  'easel.generate': async (tools, ...args) => (await import('./generate.ts')).generate(tools, ...args),
  'easel.generateHere': async (tools, clicked) => (await import('./generate.ts')).generateHere(tools, clicked),
  'easel.generateAgain': async (tools) => (await import('./generateAgain.ts')).generateAgain(tools),
  'easel.edit': async (tools, ...args) => (await import('./edit.ts')).edit(tools, ...args),
  'easel.editWithReferences': async (tools, ...args) => (await import('./edit.ts')).editWithReferences(tools, ...args),
  'easel.createVariations': async (tools, ...args) => (await import('./createVariations.ts')).createVariations(tools, ...args),
  'easel.generateFromImage': async (tools, ...args) => (await import('./generateFromImage.ts')).generateFromImage(tools, ...args),
  'easel.copyPrompt': async (tools, ...args) => (await import('./copyPrompt.ts')).copyPrompt(tools, ...args),
  'easel.compareWithOriginal': async (tools, ...args) => (await import('./compareWithOriginal.ts')).compareWithOriginal(tools, ...args),
  'easel.undoReplace': async (tools, ...args) => (await import('./undoReplace.ts')).undoReplace(tools, ...args),
  'easel.showJobs': async (tools) => (await import('./showJobs.ts')).showJobs(tools),
  'easel.cancelAllJobs': async (tools) => (await import('./cancelAllJobs.ts')).cancelAllJobs(tools),
  'easel.recoverImages': async (tools, ...args) => (await import('./recoverImages.ts')).recoverImages(tools, ...args),
  'easel.refreshBalance': async (tools) => (await import('./refreshBalance.ts')).refreshBalance(tools),
  'easel.enterBalance': async (tools) => (await import('./enterBalance.ts')).enterBalance(tools),
  'easel.showSpend': async (tools) => (await import('./showSpend.ts')).showSpend(tools),
  'easel.reconcileSpend': async (tools) => (await import('./reconcileSpend.ts')).reconcileSpend(tools),
  'easel.setApiKey': async (tools) => (await import('./setApiKey.ts')).setApiKey(tools),
  'easel.removeApiKey': async (tools) => (await import('./removeApiKey.ts')).removeApiKey(tools),
  'easel.setBudget': async (tools) => (await import('./setBudget.ts')).setBudget(tools),
  'easel.openSettings': async (tools) => (await import('./openSettings.ts')).openSettings(tools),
  'easel.showLog': async ({ log }) => log.show(),
  'easel.showMenu': async (tools) => (await import('./showMenu.ts')).showMenu(tools),
} as const satisfies Readonly<Record<`easel.${string}`, CommandHandler>>;

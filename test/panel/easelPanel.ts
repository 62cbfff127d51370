import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../ui/workbench.ts';

/** The Easel panel in a tab of the workbench, in the words of its user. */
export interface EaselPanel {
  readonly frame: FrameLocator;
  readonly prompt: Locator;
}

/** Opens the panel, or brings it to the front, and waits until it can be used. */
export async function openPanel(workbench: Workbench): Promise<EaselPanel> {
  await workbench.runCommand('Easel: Open Panel');
  return panelIn(workbench);
}

/** The panel that is open already, such as after a reload. */
export async function panelIn(workbench: Workbench): Promise<EaselPanel> {
  const frame = workbench.webview();
  await frame.locator('main:not(.waiting)').waitFor();
  return { frame, prompt: frame.locator('.composer textarea') };
}

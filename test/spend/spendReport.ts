/// <reference lib="dom" />
import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../ui/workbench.ts';

/** The spend report in a tab of the workbench, in the words of its user. */
export interface SpendReport {
  readonly frame: FrameLocator;
  /** What a figure at the top says, by its label. */
  fact(label: string): Promise<string>;
  /** The cells of the table below a heading, its head first. */
  table(title: string): Promise<string[][]>;
  /** The sentence that is said now, once it contains `text`. */
  said(text: string | RegExp): Promise<string>;
  /** Chooses a range by its title, and waits until it is shown. */
  choose(title: string, shown: string | RegExp): Promise<void>;
  readonly plot: Locator;
}

/** The report that is open in front. */
export async function reportIn(workbench: Workbench): Promise<SpendReport> {
  const frame = workbench.webview();
  await frame.locator('main:not(.waiting)').waitFor();
  return {
    frame,
    fact: (label) => frame.locator('.fact').filter({ has: frame.locator('dt', { hasText: new RegExp(`^${label}$`) }) }).locator('.value').innerText(),
    table: (title) => frame.getByRole('region', { name: title }).locator('tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => (cell as HTMLElement).innerText.trim()))),
    async said(text) {
      const sentence = frame.locator('.said .sentence').filter({ hasText: text });
      await sentence.waitFor();
      return sentence.innerText();
    },
    async choose(title, shown) {
      await frame.locator('.choosing select').selectOption({ label: title });
      await frame.locator('.range').filter({ hasText: shown }).waitFor();
    },
    plot: frame.getByRole('slider'),
  };
}

/** Opens the report from the palette. */
export async function openReport(workbench: Workbench, title = 'Easel: Show Spend'): Promise<SpendReport> {
  await workbench.runCommand(title);
  return reportIn(workbench);
}

import type { Locator, Page } from 'playwright-core';

/** A quick pick or an input box that is open. */
export type QuickInput = {
  readonly locator: Locator;
  title(): Promise<string>;
  placeholder(): Promise<string>;
  /** What stands in the input. */
  value(): Promise<string>;
  /** The line below the input: the prompt, or what is wrong with the value. */
  message(): Promise<string>;
  /** The accessible names of the items on the screen: label, description and detail, with commas between. */
  items(): Promise<string[]>;
  /** Replaces what stands in the input. */
  type(text: string): Promise<void>;
  /** Chooses the item with this label. */
  pick(label: string): Promise<void>;
  /** Presses Enter. */
  accept(): Promise<void>;
  /** Presses the back button. */
  back(): Promise<void>;
  /** Presses Escape and waits until it has closed. */
  cancel(): Promise<void>;
  /** Waits until the message contains `text`. */
  waitForMessage(text: string | RegExp): Promise<void>;
};

/** Waits for the quick input whose title or placeholder contains `text`. */
export async function openQuickInput(page: Page, text = ''): Promise<QuickInput> {
  const locator = page.locator('.quick-input-widget');
  const input = locator.locator('.quick-input-box input');
  // The input's accessible name is made of its placeholder and its title.
  await (text === '' ? input : locator.locator(`.quick-input-box input[aria-label*=${JSON.stringify(text)}]`)).waitFor();
  return {
    locator,
    title: () => locator.locator('.quick-input-title').innerText(),
    placeholder: async () => (await input.getAttribute('placeholder')) ?? '',
    value: () => input.inputValue(),
    message: () => locator.locator('.quick-input-message').innerText(),
    items: () => locator.getByRole('option').evaluateAll((rows) => rows.map((row) => (row as unknown as Element).getAttribute('aria-label') ?? '')),
    type: (value) => input.fill(value),
    async pick(label) {
      const item = locator.getByRole('option').filter({ has: page.locator('.label-name', { hasText: new RegExp(`^\\s*${escape(label)}\\s*$`) }) }).first();
      // Only the rows in sight exist; an item further down comes into sight by its label.
      await item.waitFor({ timeout: 2000 }).catch(() => input.fill(label));
      await item.click();
    },
    accept: () => input.press('Enter'),
    back: () => locator.locator('.codicon-quick-input-back').click(),
    async cancel() {
      await page.keyboard.press('Escape');
      await locator.waitFor({ state: 'hidden' });
    },
    waitForMessage: (message) => locator.locator('.quick-input-message').filter({ hasText: message }).waitFor(),
  };
}

type Element = { getAttribute(name: string): string | null };

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}

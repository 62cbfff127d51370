import type { Workbench } from './workbench.ts';

/** The list of an edit's files, as its user sees it. */
export interface RolesList {
  /** Label, role and details of each row on the screen: the files first, then what else can be done. */
  rows(): Promise<string[]>;
  /** `hero.png: edited image`, for each file. */
  roles(): Promise<string[]>;
  /** The label of the row that is marked. */
  marked(): Promise<string>;
  /** Presses a button in a file's row. */
  press(file: string, button: string): Promise<void>;
  /** Chooses a row. */
  pick(label: string): Promise<void>;
  /** Waits until the files were looked at, and have these roles. */
  settled(...roles: readonly string[]): Promise<void>;
  /** Waits until a row contains `text`. */
  says(text: string | RegExp): Promise<void>;
}

/** Waits for the list. */
export async function rolesList(workbench: Workbench): Promise<RolesList> {
  const input = await workbench.quickInput('Which file is what?');
  const { locator } = input;
  const option = (label: string) => locator.getByRole('option').filter({ has: workbench.page.locator('.label-name', { hasText: label }) }).first();
  const roles = async (): Promise<string[]> => {
    const names = await input.items();
    return names.flatMap((name) => {
      const role = /^([^,]+\.\w+), (edited image|reference \d+|mask|mended mask)(?=,|$)/.exec(name);
      return role ? [`${role[1]}: ${role[2]}`] : [];
    });
  };
  return {
    rows: () => input.items(),
    roles,
    pick: (label) => input.pick(label),
    marked: async () => (await locator.locator('.monaco-list-row.focused .label-name').first().innerText()).trim(),
    async press(file, button) {
      await option(file).hover();
      await option(file).getByRole('button', { name: button }).click();
    },
    async settled(...wanted) {
      await workbench.until(`the roles ${wanted.join(', ')}`, async () => JSON.stringify(await roles()) === JSON.stringify(wanted) && !(await input.items()).some((row) => row.includes('…') && /\.\w+,/.test(row) && row.endsWith('…')));
    },
    says: (text) => workbench.until(`a row that says ${String(text)}`, async () => (await input.items()).some((row) => (typeof text === 'string' ? row.includes(text) : text.test(row)))),
  };
}

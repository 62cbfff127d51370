import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { FrameLocator } from 'playwright-core';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The rules of WCAG 2.2, levels A and AA, as axe-core names them. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe-core finds wrong in a frame as it is now: a line for each element, empty when there is nothing. */
export async function violations(frame: FrameLocator): Promise<string[]> {
  const body = await frame.locator('body').elementHandle();
  const content = await body?.ownerFrame();
  if (!content) throw new Error('The frame that was to be judged has gone.');
  // By the debugger's protocol: the page's own policy lets no script in.
  await content.evaluate(axe);
  const found = await content.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`);
  const { violations: all } = found as { readonly violations: readonly { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[] };
  return all.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 300)}`));
}

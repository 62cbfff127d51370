/// <reference lib="dom" />
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import type { Theme } from '../host/settings.ts';
import type { Workbench } from '../ui/workbench.ts';
import { violations } from './axe.ts';

/** Something that the panel shows, and how to get there and back. */
export interface View {
  readonly name: string;
  readonly show?: () => Promise<unknown>;
  readonly hide?: () => Promise<unknown>;
}

/** VS Code's own names for them, on the body of a webview's page. */
const kinds = { light: 'vscode-light', 'hc-dark': 'vscode-high-contrast', 'hc-light': 'vscode-high-contrast-light', dark: 'vscode-dark' } as const satisfies Record<Theme, string>;

/** Fails with what axe-core finds wrong, once nothing moves any more. */
export async function accessible(workbench: Workbench, frame: FrameLocator, what: string): Promise<void> {
  // Colours that are just changing are no colours to judge.
  await workbench.until(`${what} to stand still`, () => frame.locator('body').evaluate(() => document.getAnimations().every((animation) => !(animation instanceof CSSTransition))));
  assert.deepEqual(await violations(frame), [], what);
}

/** Shows the views one after the other, leaves a picture of each, and fails with what axe-core finds wrong. */
export async function look(workbench: Workbench, frame: FrameLocator, views: readonly View[], suffix: string, more?: (what: string) => Promise<void>): Promise<void> {
  for (const { name, show, hide } of views) {
    await show?.();
    const what = `${name}-${suffix}`;
    await workbench.screenshot(what);
    await accessible(workbench, frame, what);
    await more?.(what);
    await hide?.();
  }
}

/** {@link look} in light, in both high contrasts, and in dark, which stays. */
export async function inEveryTheme(workbench: Workbench, frame: FrameLocator, views: readonly View[]): Promise<void> {
  for (const [theme, kind] of Object.entries(kinds) as [Theme, string][]) {
    await workbench.selectTheme(theme);
    await frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
    await look(workbench, frame, views, theme);
  }
}

/** What a view has that is wider than the page, or that cannot be brought into sight whole. */
export const cutOff = (frame: FrameLocator): Promise<string[]> =>
  frame.locator('body').evaluate(() => {
    // What is larger than its place by its nature, and scrolls.
    const moving = '.mask-stage, .stage, .gallery .grid';
    const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
    const roots = [document.documentElement, document.body, ...document.querySelectorAll('main, .made, dialog[open], dialog[open] .sheet, dialog[open] .content')];
    const wide = roots.filter((element) => element.scrollWidth > element.clientWidth).map((element) => `wider than its place: ${element.outerHTML.slice(0, 160)}`);
    const controls = [...(dialog ?? document).querySelectorAll('button, input:not(.visually-hidden), select, textarea, h2, h3, p, output')].filter((one) => one.checkVisibility() && !one.closest(moving) && !one.closest('.visually-hidden'));
    const lost = controls.filter((one) => {
      one.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
      if (width <= 1 || height <= 1) return false;
      return left < -0.5 || right > innerWidth + 0.5 || (height <= innerHeight && (top < -0.5 || bottom > innerHeight + 0.5));
    });
    document.querySelector('main')?.scrollTo(0, 0);
    return [...wide, ...lost.map((one) => `cannot be seen whole: ${one.outerHTML.slice(0, 160)}`)];
  });

/** Names, units and keys that are the same in every language. */
export const sameEverywhere: readonly RegExp[] = [
  /OpenAI-HK|Easel|VS Code|gpt-image-[\d.]+(?:-mini)?|\bHTTP \d+/,
  /\b(?:PNG|JPEG|WebP|WEBP|MB|kB|px|token)\b|\b[124]K\b/,
  /\b(?:Ctrl|Cmd|Shift|Alt|Enter|Space|Escape|Esc|Delete|Tab)\b/,
  /Markdown|HTML|CSS|JSX/,
];

/** The words of a page that are written in Latin letters: what is shown, and what is said of it to those who do not see it. */
export async function latinWords(frame: FrameLocator, known: readonly (string | RegExp)[]): Promise<string[]> {
  const texts = await frame.locator('body').evaluate((body) => {
    const dialog = [...body.querySelectorAll('dialog[open]')].at(-1);
    const all = [...(dialog ?? body).querySelectorAll('*')].filter((element) => element.closest('script, style, textarea') === null);
    const names = ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'alt', 'placeholder'];
    const shown = all.flatMap((element) => [...element.childNodes]).flatMap((node) => (node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : []));
    return [...shown, ...all.flatMap((element) => names.flatMap((name) => element.getAttribute(name) ?? []))];
  });
  const left = texts.map((text) => known.reduce<string>((rest, one) => rest.replaceAll(typeof one === 'string' ? one : new RegExp(one, 'gu'), ' '), text).trim());
  return [...new Set(left.filter((text) => /[A-Za-z]{2}/.test(text)))];
}

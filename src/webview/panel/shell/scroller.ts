/// <reference lib="dom" />

/**
 * What scrolls an element of the panel: the `main` in one column, the `.made` beside the composer. Which of them it is changes with the
 * panel's width, so ask again after a `resize`.
 */
export function scrollerOf(element: Element): HTMLElement {
  const scrolls = (one: Element): boolean => ['auto', 'scroll'].includes(getComputedStyle(one).overflowY);
  const classed = [...document.querySelectorAll<HTMLElement>('.scroller')].filter((one) => one.contains(element) && scrolls(one));
  return classed.at(-1) ?? document.documentElement;
}

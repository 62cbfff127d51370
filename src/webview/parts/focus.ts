/// <reference lib="dom" />

let wanted: HTMLElement | undefined;

addEventListener('focus', () => {
  // Whoever comes back by a click has chosen already.
  if (wanted?.isConnected && document.activeElement === document.body) wanted.focus({ preventScroll: true });
  wanted = undefined;
});

/**
 * Moves the focus for something that comes by itself, such as an answer: in the page alone. Who writes in an editor meanwhile, or has the command
 * palette open, goes on there, and finds the focus at its place when they come back.
 */
export function focusHere(element: HTMLElement | null | undefined, options?: FocusOptions): void {
  if (document.hasFocus()) element?.focus(options);
  else wanted = element ?? undefined;
}

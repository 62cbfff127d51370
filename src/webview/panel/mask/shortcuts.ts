/// <reference lib="dom" />
import type { Tool } from './pointers.ts';
import type { MaskAct } from './toolbar.tsx';

/** What a key means anywhere in the mask painter. */
export type Shortcut =
  | { readonly kind: 'act'; readonly act: MaskAct }
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'size'; readonly direction: 1 | -1; readonly big: boolean };

const tools: Readonly<Record<string, Tool>> = { b: 'brush', e: 'eraser', r: 'rectangle', h: 'hand' };
const acts: Readonly<Record<string, MaskAct>> = { i: 'invert', p: 'preview', delete: 'clear', backspace: 'clear', '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', '0': 'fit', '1': 'actual' };

/** What a key means; undefined: nothing here. */
export function shortcutOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): Shortcut | undefined {
  const lower = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (altKey) return undefined;
    if (lower === 'z') return { kind: 'act', act: shiftKey ? 'redo' : 'undo' };
    return lower === 'y' ? { kind: 'act', act: 'redo' } : undefined;
  }
  // The brackets by their place as well: with Shift, and on some keyboards, the character is another.
  const bracket = key === ']' || key === '}' || code === 'BracketRight' ? 1 : key === '[' || key === '{' || code === 'BracketLeft' ? -1 : undefined;
  if (bracket) return { kind: 'size', direction: bracket, big: shiftKey };
  if (altKey) return undefined;
  const tool = Object.hasOwn(tools, lower) ? tools[lower] : undefined;
  if (tool) return { kind: 'tool', tool };
  const act = Object.hasOwn(acts, lower) ? acts[lower] : undefined;
  return act && { kind: 'act', act };
}

/** Pictures of the gallery that are selected: their ids, each with its request's, in the order in which they were selected. */
export type Selection = ReadonlyMap<string, string>;

/** Most pictures that are selected at once: what one request of the panel takes. */
export const mostSelected = 100;

export const nothing: Selection = new Map();

/** With these added, as far as there is room. */
export const withAll = (selection: Selection, more: readonly (readonly [picture: string, request: string])[]): Selection => new Map([...selection, ...more].slice(0, mostSelected));

/** With one more, or one less. */
export function toggled(selection: Selection, picture: string, request: string): Selection {
  if (!selection.has(picture)) return withAll(selection, [[picture, request]]);
  return new Map([...selection].filter(([one]) => one !== picture));
}

/** Without what is there no more; the same object when nothing went. */
export function pruned(selection: Selection, isThere: (picture: string, request: string) => boolean): Selection {
  const rest = [...selection].filter(([picture, request]) => isThere(picture, request));
  return rest.length === selection.size ? selection : new Map(rest);
}

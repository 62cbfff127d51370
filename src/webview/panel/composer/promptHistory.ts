/** A walk through the prompts that were sent before. What is typed on the way stays in its place, so that nothing is lost. */
export interface Walk {
  /** What was being typed, then the prompts, the newest first. */
  readonly entries: readonly [string, ...string[]];
  /** 0: what was being typed. */
  readonly index: number;
}

/** A walk that has not gone anywhere yet. Prompts that say what is typed already are left out. */
export function startWalk(typed: string, prompts: readonly string[]): Walk {
  return { entries: [typed, ...prompts.filter((prompt) => prompt !== typed)], index: 0 };
}

/** One step on, or undefined where there is none. @param text what stands in the field now, which the entry keeps */
export function step({ entries, index }: Walk, by: 1 | -1, text: string): Walk | undefined {
  const next = index + by;
  if (next < 0 || next >= entries.length) return undefined;
  const [first, ...rest] = entries;
  return { entries: index === 0 ? [text, ...rest] : [first, ...rest.with(index - 1, text)], index: next };
}

/** What stands in the field at this point of the walk. */
export const textAt = ({ entries, index }: Walk): string => entries[index] ?? entries[0];

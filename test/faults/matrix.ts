import { faults, type FaultName } from '../gateway/faults.ts';
import { calls, playCase, transports, type Ending, type FaultCase, type Seen } from './case.ts';
import { echoes, endingsOf, rows, type Echo, type Row } from './expected.ts';
import type { Samples } from './samples.ts';

/** A case, and how it is to end. */
export interface Planned {
  readonly played: FaultCase;
  /** Each of them is right. */
  readonly expected: readonly Ending[];
}

/** A case that was played. */
export interface Verdict extends Planned {
  readonly seen: Seen;
  /** What the ending is otherwise than expected. */
  readonly unexpected: readonly string[];
}

/** All names: the gateway's faults, then those that are made of the key. */
export const names: readonly string[] = [...Object.keys(faults), ...Object.keys(echoes)];

/**
 * The cases of one fault: both calls by every transport, and again with a fault that passes where the row says what then.
 * @throws {Error} for a fault without a row: what becomes of it has to be written down first.
 */
export function casesOf(name: string): readonly Planned[] {
  const row = (rows as Readonly<Record<string, Row>>)[name] ?? (echoes as Readonly<Record<string, Echo>>)[name];
  if (row === undefined) throw new Error(`the fault ${name} has no row in test/faults/expected.ts`);
  const fault: FaultCase['fault'] = 'fault' in row ? (row as Echo).fault : faults[name as FaultName];
  return calls.flatMap((call) =>
    transports.flatMap((transport) => {
      const played = { name, fault, call, transport, once: false, ...(row.limits && { limits: row.limits }) };
      const always: Planned = { played, expected: endingsOf(row, call, transport) };
      return row.once === undefined ? [always] : [always, { played: { ...played, once: true }, expected: [row.once] }];
    }),
  );
}

/** Rows of faults that the gateway does not have any more. */
export function strayRows(): readonly string[] {
  return Object.keys(rows).filter((name) => !Object.hasOwn(faults, name));
}

/** Plays a case and holds it against its row. */
export async function playPlanned({ played, expected }: Planned, samples: Samples): Promise<Verdict> {
  const seen = await playCase(played, samples);
  const misses = expected.map((ending) => parts.filter((part) => seen[part] !== ending[part]).map((part) => `${part}: ${seen[part]}, not ${ending[part]}`));
  const most = Math.max(...expected.map(({ requests }) => requests));
  const doubled = seen.requests > most ? [...seen.doubled, `${seen.requests} requests, not ${most}`] : seen.doubled;
  return { played, expected, seen: { ...seen, doubled }, unexpected: misses.some((miss) => miss.length === 0) ? [] : misses.flat() };
}

const parts = ['outcome', 'requests', 'disk', 'ledger'] as const satisfies readonly (keyof Ending)[];

/** Plays the cases, so many at once, and tells each as it ends. @returns the verdicts in the cases' order. */
export async function playAll(planned: readonly Planned[], samples: Samples, atOnce: number): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const queue = planned.entries();
  const play = async (): Promise<void> => {
    for (const [place, one] of queue) verdicts[place] = await playPlanned(one, samples);
  };
  await Promise.all(Array.from({ length: atOnce }, play));
  return verdicts;
}

/** Everything that is wrong with a verdict; empty where it is as it should be. */
export function complaintsOf({ seen, unexpected }: Verdict): readonly string[] {
  return [...seen.lost, ...seen.doubled, ...seen.leaked, ...unexpected];
}


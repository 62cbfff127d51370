/// <reference lib="dom" />
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Translate } from '../../images/words.ts';
import type { Connection } from './connection.ts';

/** What every part of the report has. */
export interface Spend {
  readonly connection: Connection;
  readonly t: Translate;
  /** Charts are shown as tables. */
  readonly tables: boolean;
  /** Says why a request was refused. Never rejects; undefined where it was. */
  readonly hear: <Answer>(answer: Promise<Answer>) => Promise<Answer | undefined>;
}

export const SpendContext = createContext<Spend | undefined>(undefined);

export function useSpend(): Spend {
  const spend = useContext(SpendContext);
  if (!spend) throw new Error('outside of the report');
  return spend;
}

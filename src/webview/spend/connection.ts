/// <reference lib="dom" />
import { spendEvents, spendExchanges, type SpendChoice, type SpendEvents, type SpendExchanges } from '../../protocol/spend.ts';
import { connectPage, type Connected } from '../parts/connection.ts';

/** What the report remembers of itself while it is hidden, and after a reload. */
export interface Look {
  readonly choice: SpendChoice;
  readonly unit: string;
  /** Charts are shown as tables. */
  readonly tables: boolean;
}

/** The editor, as the report sees it. */
export type Connection = Connected<SpendExchanges, SpendEvents, Look>;

/** Connects to the editor; only once in a page. */
export const connectSpend = (): Connection => connectPage<SpendExchanges, SpendEvents, Look>(spendExchanges, spendEvents);

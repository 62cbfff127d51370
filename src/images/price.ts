/** Tokens a call was billed for, as the service's `usage` says. All are whole numbers ≥ 0. */
export interface Usage {
  readonly textIn: number;
  readonly imageIn: number;
  readonly imageOut: number;
}

/** What money is counted in: OpenAI-HK's credits (积分, 10,000 = ¥1) or US dollars. Never summed across. */
export type Unit = 'credits' | 'USD';

/** A sum of money as a whole number of millionths of the unit, so that sums never drift. 783.13 credits = 783_130_000. */
export interface Amount {
  readonly micros: number;
  readonly unit: Unit;
}

/** What one million tokens cost, in the unit: which makes one token cost that many micros. */
export interface Rates {
  readonly unit: Unit;
  readonly textIn: number;
  readonly imageIn: number;
  readonly imageOut: number;
}

/** What a request will cost, before it is sent: never one figure, for nobody knows it. `low.micros ≤ high.micros`. */
export interface Estimate {
  readonly low: Amount;
  readonly high: Amount;
}

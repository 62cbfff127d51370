/** One call that a service wrote down in its usage log. */
export interface LogRow {
  readonly id: string;
  readonly model: string;
  /** When the service wrote it, in epoch milliseconds of the service's clock, to the second. */
  readonly time: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** What the call cost, in millionths of a credit. */
  readonly micros: number;
  /** What was left after the call, in millionths of a credit, which may be less than nothing; absent where the service does not say. */
  readonly left?: number;
}

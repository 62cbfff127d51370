import * as z from 'zod/mini';
import type { Events, Exchanges } from './channel.ts';

// What the spend report and the editor say to each other. The editor reckons and puts everything into words; the report draws it, and asks
// for another range or for something to be done. It never names a file: pictures have ids that the editor has given.

const id = z.string().check(z.minLength(1), z.maxLength(200));
const count = z.number().check(z.int(), z.nonnegative());
const nothing = z.strictObject({});
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

/** Ranges that go along with the calendar. */
export const spendPresets = ['today', '7-days', '30-days', 'month', 'all'] as const;

/** A range as the user chooses it: both days belong to it. */
const choice = z.union([z.strictObject({ preset: z.enum(spendPresets) }), z.strictObject({ preset: z.literal('custom'), from: day, to: day })]);
export type SpendChoice = z.infer<typeof choice>;

/** A sum to read, and to draw: whole millionths of its unit, less than nothing after a correction perhaps. */
const amount = z.strictObject({ micros: z.number().check(z.int()), text: z.string() });
export type SpendAmount = z.infer<typeof amount>;

/** One bar among others. */
const row = z.strictObject({
  label: z.string(),
  /** More about it, such as the whole path of a workspace. */
  about: z.optional(z.string()),
  sum: amount,
  /** Of the whole, as a percentage in words. */
  share: z.string(),
  /** Requests and pictures, in words. */
  made: z.string(),
  charges: count,
  pictures: count,
});
export type SpendRow = z.infer<typeof row>;

const timeline = z.strictObject({
  /** `Per day`, and so on. */
  title: z.string(),
  /** What a column stands for, as the head of a table: `Day`. */
  head: z.string(),
  /** The models, dearest first; those from the seventh on are one. */
  series: z.array(z.strictObject({ name: z.string(), sum: amount })),
  /** `label`: short, for the axis; `name`: in full. `parts` go with `series`. */
  columns: z.array(z.strictObject({ label: z.string(), name: z.string(), sum: amount, made: z.string(), charges: count, parts: z.array(amount) })),
  /** Round figures from 0 up to the axis' end. */
  ticks: z.array(amount).check(z.minLength(1)),
});
export type SpendTimeline = z.infer<typeof timeline>;

/** One of the dearest requests. */
const dear = z.strictObject({
  time: z.string(),
  /** Model, size, quality. */
  about: z.string(),
  workspace: z.string(),
  sum: amount,
  made: z.string(),
  /** Whether the service said what it cost, in words. */
  basis: z.string(),
  prompt: z.optional(z.string()),
  pictures: z.array(z.strictObject({ id, name: z.string(), there: z.boolean() })),
});
export type SpendDear = z.infer<typeof dear>;

/** What was spent in one unit. */
const section = z.strictObject({
  unit: z.enum(['credits', 'USD']),
  title: z.string(),
  facts: z.array(z.strictObject({ label: z.string(), value: z.string(), note: z.optional(z.string()) })),
  timeline,
  workspaces: z.array(row),
  qualities: z.array(row),
  dearest: z.array(dear),
});
export type SpendSection = z.infer<typeof section>;

/** A budget, and how much of it is used up: `share` 1 is all of it. */
const budget = z.strictObject({ title: z.string(), text: z.string(), share: z.number().check(z.nonnegative()), percent: z.string(), level: z.enum(['ok', 'warn', 'over']), state: z.string() });
export type SpendBudget = z.infer<typeof budget>;

const view = z.strictObject({
  choice,
  /** The first and the last day with a charge that the range may have; for a range of one's own to begin with. */
  days: z.strictObject({ from: day, to: day }),
  /** The range in words. */
  range: z.string(),
  charges: count,
  sections: z.array(section),
  budgets: z.array(budget),
  /** What is left at the service, as far as it is known. */
  balance: z.optional(z.strictObject({ text: z.string(), note: z.string() })),
  /** Sentences: what is worth knowing about the figures. */
  notes: z.array(z.string()),
});
export type SpendView = z.infer<typeof view>;

/** What can be entered of a reconciliation. */
export const reconcileGroups = ['matched', 'onlyThere', 'onlyHere'] as const;
export type ReconcileGroup = (typeof reconcileGroups)[number];

const found = z.strictObject({
  kind: z.literal('found'),
  /** Counts up: what is entered is what was seen. */
  turn: count,
  /** Of which service, and of which time. */
  about: z.string(),
  /** Where the log does not reach far enough: what that means. */
  doubt: z.optional(z.string()),
  groups: z.array(
    z.strictObject({
      id: z.enum(reconcileGroups),
      title: z.string(),
      /** How many there are, and what they come to. */
      text: z.string(),
      /** What entering it does; absent where there is nothing to enter. */
      enters: z.optional(z.strictObject({ label: z.string(), corrections: count, wanted: z.boolean() })),
      /** `here`: what the ledger says, `there`: what the service says; either may be absent. */
      rows: z.array(z.strictObject({ time: z.string(), about: z.string(), here: z.optional(z.string()), there: z.optional(z.string()), difference: z.optional(z.string()) })),
      /** Rows that are left out. */
      more: count,
    }),
  ),
});
export type Found = z.infer<typeof found>;

const reconciling = z.union([
  z.strictObject({ kind: z.literal('idle') }),
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('failed'), sentence: z.string() }),
  z.strictObject({ kind: z.literal('entered'), sentence: z.string() }),
  found,
]);
export type Reconciling = z.infer<typeof reconciling>;

/** Every request of the report. */
export const spendExchanges = {
  /** The page runs and knows nothing yet. `choice`: the range that it showed before it was hidden or loaded anew. */
  start: {
    ask: z.strictObject({ choice: z.optional(choice) }),
    answer: z.strictObject({ locale: z.string(), sentences: z.record(z.string(), z.string()), view, reconciling, /** What is to be looked at first. */ at: z.enum(['report', 'reconcile']) }),
  },
  'range.choose': { ask: choice, answer: view },
  /** Copies what is shown as Markdown. */
  'report.copy': { ask: nothing, answer: nothing },
  /** Asks for a file, and writes the range's charges into it. */
  'report.export': { ask: z.strictObject({ as: z.enum(['csv', 'json']) }), answer: nothing },
  /** Deletes the range's charges for good, once the user has said so. */
  'range.delete': { ask: nothing, answer: nothing },
  'picture.open': { ask: z.strictObject({ picture: id }), answer: nothing },
  'budget.set': { ask: nothing, answer: nothing },
  'balance.refresh': { ask: nothing, answer: nothing },
  /** Asks for what is left, where the service does not tell. */
  'balance.enter': { ask: nothing, answer: nothing },
  'panel.open': { ask: nothing, answer: nothing },
  'log.show': { ask: nothing, answer: nothing },
  /** Fetches the service's log; what comes of it is told. */
  'reconcile.start': { ask: nothing, answer: nothing },
  'reconcile.cancel': { ask: nothing, answer: nothing },
  'reconcile.enter': { ask: z.strictObject({ turn: count, groups: z.array(z.enum(reconcileGroups)).check(z.minLength(1), z.maxLength(reconcileGroups.length)) }), answer: nothing },
} as const satisfies Exchanges;
export type SpendExchanges = typeof spendExchanges;

/** Every event that the report is told of. */
export const spendEvents = {
  view,
  reconciling,
  /** Somebody wants to see this part. */
  show: z.strictObject({ at: z.enum(['report', 'reconcile']) }),
  say: z.strictObject({ sentence: z.string(), tone: z.enum(['information', 'warning', 'error']) }),
} as const satisfies Events;
export type SpendEvents = typeof spendEvents;

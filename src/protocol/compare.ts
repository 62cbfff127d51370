import * as z from 'zod/mini';

// What the compare panel and the editor say to each other, checked where it arrives.

/** One of the two pictures that are compared, as the webview shows it. */
const picture = z.strictObject({
  /** What it is: `Original`, `Edited`. */
  label: z.string(),
  name: z.string(),
  /** Its size, format and bytes, for a person. */
  facts: z.string(),
  /** An address that the webview may load. */
  src: z.string(),
});
export type ComparedPicture = z.infer<typeof picture>;

/** What can be done with what is compared. */
const action = z.enum(['keep', 'undo', 'replace']);
export type CompareAction = z.infer<typeof action>;

/** Everything that the panel shows; its words are in the user's language already. */
const comparison = z.strictObject({
  before: picture,
  after: picture,
  /** The buttons, from the least to the most important. */
  actions: z.array(z.strictObject({ action, title: z.string() })),
  texts: z.strictObject({
    view: z.string(),
    swipe: z.string(),
    sideBySide: z.string(),
    actualSize: z.string(),
    /** What the divider is called, and what it says of itself: `{0}` stands for the percentage. */
    divider: z.string(),
    dividerValue: z.string(),
    /** Of a picture that cannot be drawn. */
    broken: z.string(),
  }),
});
export type Comparison = z.infer<typeof comparison>;

/** What the editor tells the compare panel. */
export const toCompare = z.strictObject({ type: z.literal('show'), comparison });
export type ToCompare = z.infer<typeof toCompare>;

/** What the compare panel tells the editor. `ready`: the panel runs, and knows nothing yet. */
export const fromCompare = z.union([z.strictObject({ type: z.literal('ready') }), z.strictObject({ type: z.literal('act'), action })]);
export type FromCompare = z.infer<typeof fromCompare>;

/** One of the two pictures that are compared, as the webview shows it. */
export interface ComparedPicture {
  /** What it is: `Original`, `Edited`. */
  readonly label: string;
  readonly name: string;
  /** Its size, format and bytes, for a person. */
  readonly facts: string;
  /** An address that the webview may load. */
  readonly src: string;
}

/** What can be done with what is compared. */
export type CompareAction = 'keep' | 'undo' | 'replace';

/** Everything that the panel shows; its words are in the user's language already. */
export interface Comparison {
  readonly before: ComparedPicture;
  readonly after: ComparedPicture;
  /** The buttons, from the least to the most important. */
  readonly actions: readonly { readonly action: CompareAction; readonly title: string }[];
  readonly texts: {
    readonly view: string;
    readonly swipe: string;
    readonly sideBySide: string;
    readonly actualSize: string;
    /** What the divider is called, and what it says of itself: `{0}` stands for the percentage. */
    readonly divider: string;
    readonly dividerValue: string;
    /** Of a picture that cannot be drawn. */
    readonly broken: string;
  };
}

/** What the editor tells the compare panel. */
export type ToCompare = { readonly type: 'show'; readonly comparison: Comparison };

/** What the compare panel tells the editor, which checks it. `ready`: the panel runs, and knows nothing yet. */
export type FromCompare = { readonly type: 'ready' } | { readonly type: 'act'; readonly action: CompareAction };

/**
 * Turns an English sentence with `{0}`, `{1}` … into the user's language. `vscode.l10n.t` is one; {@link english} is
 * the one for tests and for whatever runs without an editor. Pure rooms take it as an argument and so stay pure.
 *
 * The first argument is always a literal at the call, so that a test can hold the sentences against the translations.
 */
export type Translate = (sentence: string, ...values: (string | number)[]) => string;

/** The {@link Translate} that leaves the sentence in English and fills in the values. */
export const english: Translate = (sentence, ...values) =>
  sentence.replaceAll(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));

import { l10n } from 'vscode';

/** Sentences one after the other, as the language sets them apart: Chinese has no space between them. */
export const joinSentences = (sentences: readonly string[]): string => sentences.reduce((before, next) => (before === '' ? next : l10n.t('{0} {1}', before, next)), '');

/** Text for a label, where `$(name)` would be drawn as an icon: taken apart by a space without width, since not every place that draws labels knows the escape. */
export const plainLabel = (text: string): string => text.replaceAll('$(', '$\u200B(');

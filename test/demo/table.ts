/** A column: its heading, and the side on which its cells stand. */
export type Column = { readonly heading: string; readonly align: 'left' | 'right' };

/** A table for a terminal, in which CJK characters and emoji are two cells wide: heading, line, rows. No trailing spaces, no newline at the end. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const headings = columns.map(({ heading }) => heading);
  const widths = columns.map((_, index) => Math.max(...[headings, ...rows].map((row) => textWidth(row[index] ?? ''))));
  const line = (cells: readonly string[]): string => columns.map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align)).join('  ').trimEnd();
  return [line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + space : space + text;
}

/** How many cells of a terminal a text takes: two for each grapheme that is wide in East Asia (Unicode's UAX 11) or an emoji, none for what only marks another. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += wide.test(segment) ? 2 : /^[\p{M}\p{Cf}]/u.test(segment) ? 0 : 1;
  return width;
}

/** Halfwidth forms are of the same scripts, but narrow. */
const wide =
  /^(?![\uff61-\uffdc])(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]|[\u3000-\u303e\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

import type { SpendRow, SpendSection, SpendView } from '../../protocol/spend.ts';
import type { Translate } from '../../images/words.ts';

/** Foreign text in a cell of a Markdown table: nothing in it is markup, and it stays on its line. */
const plain = (text: string): string => text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`);

/** A table; from the second column on figures are meant to be at the right where `figures` says so. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], figures: readonly number[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(heads), `| ${heads.map((_, index) => (figures.includes(index) ? '---:' : '---')).join(' | ')} |`, ...rows.map(line)].join('\n');
}

const rowsTable = (head: string, rows: readonly SpendRow[], t: Translate): string => table([head, t('Spent'), t('Share'), t('Made')], rows.map(({ label, sum, share, made }) => [label, sum.text, share, made]), [1, 2]);

function sectionMarkdown({ title, facts, timeline, workspaces, qualities, dearest }: SpendSection, t: Translate): string {
  const spent = timeline.columns.filter(({ charges }) => charges > 0);
  return [
    `## ${plain(title)}`,
    facts.map(({ label, value, note }) => `- ${plain(label)}: **${plain(value)}**${note === undefined ? '' : ` (${plain(note)})`}`).join('\n'),
    `### ${plain(timeline.title)}`,
    table([timeline.head, t('Spent'), ...timeline.series.map(({ name }) => name)], spent.map(({ name, sum, parts }) => [name, sum, ...parts].map((cell) => (typeof cell === 'string' ? cell : cell.text))), [1, ...timeline.series.map((_, index) => index + 2)]),
    `### ${t('Per workspace')}`,
    rowsTable(t('Workspace'), workspaces, t),
    `### ${t('Per model and quality')}`,
    rowsTable(t('Model and quality'), qualities, t),
    `### ${t('Dearest requests')}`,
    table(
      [t('Time'), t('Request'), t('Workspace'), t('Spent'), t('Basis'), t('Files')],
      dearest.map(({ time, about, workspace, sum, basis, pictures, prompt }) => [time, prompt === undefined ? about : `${about} · ${prompt}`, workspace, sum.text, basis, pictures.map(({ name }) => name).join(', ')]),
      [3],
    ),
  ].join('\n\n');
}

/** What the report shows, as Markdown, with everything that is a chart there as a table. */
export function reportMarkdown({ range, sections, budgets, balance, notes }: SpendView, t: Translate): string {
  const head = [
    `# ${t('Spend on pictures')}: ${plain(range)}`,
    ...(budgets.length > 0 ? [budgets.map(({ title, text, percent, state }) => `- ${plain(title)}: ${plain(text)} (${percent}, ${state})`).join('\n')] : []),
    ...(balance ? [`${t('Balance')}: ${plain(balance.text)} (${plain(balance.note)})`] : []),
    ...(sections.length === 0 ? [t('Nothing was spent in this time.')] : sections.map((section) => sectionMarkdown(section, t))),
    ...notes.map(plain),
  ];
  return `${head.join('\n\n')}\n`;
}

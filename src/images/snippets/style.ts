/** What a place in a style sheet may hold. */
export type StylePlace =
  /** A whole declaration of a rule. */
  | 'declaration'
  /** A part of a value, or of anything else. */
  | 'value'
  /** Text inside of quotes. */
  | 'string'
  /** What stands between the brackets of `url(`, which may be in quotes. */
  | 'url';

/** Comments, strings and addresses, each whole or open to the end, and the signs that make up rules (CSS Syntax Level 3). */
const tokens = /\/\*[^]*?(?:\*\/|$)|(\/\/[^\n]*)|"(?:\\[^]|[^"\\\n])*("?)|'(?:\\[^]|[^'\\\n])*('?)|url\(\s*(?!["'\s])[^)\n]*(\)?)|[{};]/gi;

/** Blocks that hold rules, and no declarations of their own. */
const ofRules = /@(?:media|supports|layer|container|scope|document|starting-style|(?:-\w+-)?keyframes)\b/i;

/**
 * What may stand at the end of `before`.
 * @param lineComments whether `//` begins a comment, as in SCSS and Less
 */
export function stylePlace(before: string, lineComments: boolean): StylePlace {
  const blocks: ('rules' | 'style')[] = [];
  let from = 0;
  const scan = new RegExp(tokens);
  for (let token = scan.exec(before); token; token = scan.exec(before)) {
    const [text, line, double, single, url] = token;
    if (line !== undefined && !lineComments) {
      // No comment here, and what follows the two signs counts.
      scan.lastIndex = token.index + 2;
      continue;
    }
    const open = scan.lastIndex === before.length;
    if (open && (double === '' || single === '')) return 'string';
    if (open && url === '') return 'url';
    if (text === '{') blocks.push(ofRules.test(before.slice(from, token.index)) ? 'rules' : 'style');
    else if (text === '}') blocks.pop();
    else if (text !== ';' && !/^\/[*/]/.test(text)) continue;
    // A comment between declarations belongs to neither of them; one inside of a declaration does not end it.
    if (!text.startsWith('/') || before.slice(from, token.index).trim() === '') from = scan.lastIndex;
  }
  return blocks.includes('style') && before.slice(from).trim() === '' ? 'declaration' : 'value';
}

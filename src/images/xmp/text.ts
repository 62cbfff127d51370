/** What XML 1.0 cannot hold or discourages: control characters, lone surrogates, and two that are no characters. */
const unfit = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

const code = (character: string): string => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

/** The text with � for what XML cannot hold. */
export const shown = (text: string): string => text.replaceAll(unfit, '\ufffd');

/** {@link shown}, as the content of an XML element or an attribute. */
export function xmlText(text: string): string {
  const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
  return shown(text).replaceAll(/[&<>"\r]/g, (character) => references[character] ?? character);
}

/**
 * Any text in characters that XML can hold, so that {@link unescaped} gives it back exactly: each other one as `_xHHHH_`, and a `_` that would
 * be read as the start of one as `_x005F_` (ECMA-376, ST_Xstring).
 */
export function escaped(text: string): string {
  return text.replaceAll(/_(?=x[\dA-Fa-f]{4})/g, code).replaceAll(unfit, code);
}

export function unescaped(text: string): string {
  return text.replaceAll(/_x([\dA-Fa-f]{4})_/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

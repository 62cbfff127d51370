/** Keys as services write them, also half masked as they come back in error messages: `sk-proj-ab***yz`, `hk-…`. */
const prefixedKey = /(?<![\p{L}\p{N}])(sk|hk|pk|rk|sess)-[\w*.-]{5,}/giu;

const credentials = /\b(bearer|basic)(\s+)[^\s"'`,;<>\\]{6,}/giu;

/** `Authorization: …`, `"api_key":"…"`, `x-api-key=…`. */
const namedSecret =
  /((?:proxy-)?authorization|(?:x-)?api[-_]?key|access[-_]?token|client[-_]?secret|password)(["'\\]*\s*[:=]\s*["'\\]*)(?!\s|bearer\b|basic\b)[^\s"'`,;&<>\\]{4,}/giu;

const webToken = /\beyJ[\w-]{8,2000}\.[\w-]{4,}(?:\.[\w-]*)?/gu;

/** Any scheme; slashes may be escaped as JSON allows. Stops where a URL in running text does. */
const link = /\b([a-z][a-z\d+.-]{0,30}:\\?\/\\?\/)([^\s"'`<>\u3000-\u303f\uff00-\uffef]+)/giu;

const inlineData = /(data:[\w/+.-]{0,60};base64,)[\w+/=-]+/giu;

/**
 * The same text without what opens doors: keys, bearer tokens, what is named a password or the like, user names in URLs, and
 * every URL's query and fragment, where signatures are; also without inline base64, which is only long. `secrets` are
 * values known to be secret, such as the key in use, taken out whatever they look like.
 */
export function redact(text: string, ...secrets: readonly string[]): string {
  let plain = text;
  for (const secret of secrets) if (secret.length > 3) plain = plain.replaceAll(secret, '…');
  return plain
    .replaceAll(inlineData, '$1…')
    .replaceAll(link, (_, scheme: string, rest: string) => scheme + withoutSecrets(rest))
    .replaceAll(credentials, '$1$2…')
    .replaceAll(namedSecret, '$1$2…')
    .replaceAll(webToken, '…')
    .replaceAll(prefixedKey, '$1-…');
}

function withoutSecrets(afterScheme: string): string {
  const query = afterScheme.search(/[?#]/u);
  const address = query < 0 ? afterScheme : afterScheme.slice(0, query);
  const path = address.search(/[\\/]/u);
  const host = path < 0 ? address : address.slice(0, path);
  const user = host.lastIndexOf('@');
  return `${user < 0 ? '' : '…@'}${address.slice(user + 1)}${query < 0 ? '' : `${afterScheme[query]}…`}`;
}

/** Longest message of a service that is kept, in UTF-16 units. */
export const messageLength = 300;

/**
 * What a service said, fit to be kept and shown: no markup, no stack trace, no link that runs a command, one line, at most
 * {@link messageLength} long, {@link redact}ed. Empty where nothing is left that tells anything.
 */
export function plainMessage(text: string): string {
  // What is cut off below would not be needed; what is kept must be redacted whole before it is cut.
  const line = redact(withoutMarkup(text.slice(0, 20_000)))
    .slice(0, 2000)
    .replaceAll(/[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\s]+/gu, ' ');
  // An object that was printed without being read tells nothing.
  const told = withoutLinks(withoutTrace(line).replaceAll(/\[object \w{1,40}\]/gu, '…')).trim();
  if (!/[\p{L}\p{N}]/u.test(told)) return '';
  if (told.length <= messageLength) return told;
  return `${told.slice(0, messageLength - 1).replace(/[\ud800-\udbff]$/u, '').trimEnd()}…`;
}

/**
 * The same text without what a message of the editor would make a link of, `[text](command:…)`: a click on it could run any command.
 * All else stays as it is.
 */
export const withoutLinks = (text: string): string => text.replaceAll('](', '] (');

/** Where the frames of a stack begin, as JavaScript, Java and Python write them: `at f (/srv/app.js:1:2)`, `at a.B.c(B.java:3)`, `File "app.py", line 3`. */
const frame =
  /\bat (?:async )?[\w$.<> ]{0,80}\(?[^\s()]{0,200}(?:\.[a-z]{1,5}|\bnode:[\w/]{1,80}):\d{1,9}:\d{1,9}|\bat [\w$.<> ]{1,120}\((?:\w{1,80}\.(?:java|kt|scala):\d{1,9}|Native Method|native|<anonymous>)\)|\bFile "[^"]{1,200}", line \d{1,9}/u;

/** What comes before the frames of a stack. */
function withoutTrace(line: string): string {
  const traced = line.search(frame);
  return (traced < 0 ? line : line.slice(0, traced)).replaceAll(/Traceback \(most recent call last\):?/gu, ' ');
}

/** The title of an HTML page, else its first heading, else its text. Text without markup stays as it is. */
function withoutMarkup(text: string): string {
  if (!/<[a-z!/]/iu.test(text)) return text;
  const titled = /<(title|h1)\b[^>]{0,500}>([^<]{1,1000})/iu.exec(text)?.[2];
  const plain = titled?.trim() || text.replaceAll(/<(script|style)\b[^>]*>[^<]*/giu, ' ').replaceAll(/<[^>]*>?/gu, ' ');
  return plain
    .replaceAll(/&(?:nbsp|#160);/giu, ' ')
    .replaceAll('&lt;', '‹')
    .replaceAll('&gt;', '›')
    .replaceAll(/&(?:quot|#34);/giu, '"')
    .replaceAll(/&(?:apos|#0?39);/giu, "'")
    .replaceAll('&amp;', '&');
}

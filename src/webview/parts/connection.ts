/// <reference lib="dom" />
import type { Translate } from '../../images/words.ts';
import { webviewEnd, type Events, type Exchanges, type WebviewEnd } from '../../protocol/channel.ts';
import { connect } from '../host.ts';

/** The editor, as a page sees it. `Look`: what the page remembers of itself while it is hidden, and after a reload; it is lost without harm. */
export interface Connected<X extends Exchanges, E extends Events, Look> extends WebviewEnd<X, E> {
  readonly look: Partial<Look>;
  readonly keepLook: (look: Partial<Look>) => void;
}

/** The few sentences in the user's language that are needed before the editor has answered, or when it does not: they came with the page. */
export function earlySentences(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(document.body.dataset['sentences'] ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

/** Connects to the editor, by the messages that both know; only once in a page. */
export function connectPage<X extends Exchanges, E extends Events, Look extends object>(exchanges: X, events: E): Connected<X, E, Look> {
  const host = connect<unknown, unknown, Look>();
  const end = webviewEnd<X, E>(exchanges, events, {
    post: host.send,
    silence() {
      const t: Translate = (sentence) => earlySentences()[sentence] ?? sentence;
      return t('The editor did not answer in time. Reload the panel, or see the log.');
    },
    log: (line) => console.warn(line),
  });
  host.listen(end.hear);
  let look = host.remembered;
  return {
    ...end,
    get look() {
      return look;
    },
    keepLook(next) {
      look = { ...look, ...next };
      host.remember(look as Look);
    },
  };
}

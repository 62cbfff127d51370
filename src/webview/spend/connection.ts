/// <reference lib="dom" />
import type { Translate } from '../../images/words.ts';
import { webviewEnd, type WebviewEnd } from '../../protocol/channel.ts';
import { spendEvents, spendExchanges, type SpendChoice, type SpendEvents, type SpendExchanges } from '../../protocol/spend.ts';
import { connect } from '../host.ts';

/** What the page remembers of itself while it is hidden, and after a reload. */
export interface Look {
  readonly choice: SpendChoice;
  readonly unit: string;
  /** Charts are shown as tables. */
  readonly tables: boolean;
}

/** The editor, as the report sees it. */
export interface Connection extends WebviewEnd<SpendExchanges, SpendEvents> {
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

/** Connects to the editor; only once in a page. */
export function connectSpend(): Connection {
  const host = connect<unknown, unknown, Look>();
  const end = webviewEnd<SpendExchanges, SpendEvents>(spendExchanges, spendEvents, {
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

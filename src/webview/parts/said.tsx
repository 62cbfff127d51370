/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { Translate } from '../../images/words.ts';
import { Icon, IconButton } from './controls.tsx';

export type Tone = 'information' | 'warning' | 'error';

/** What was said last. `turn` tells the same sentence said twice apart. */
export interface Message {
  readonly sentence: string;
  readonly tone: Tone;
  readonly turn: number;
}

/** The message that follows another one. */
export const messageAfter = (before: Message | undefined, sentence: string, tone: Tone): Message => ({ sentence, tone, turn: (before?.turn ?? 0) + 1 });

const icons = { information: 'info', warning: 'warning', error: 'error' } as const satisfies Record<Tone, string>;

/** The message area: one sentence at a time, seen and heard. Errors interrupt who is listening, the rest waits until they are done. */
export function Said({ t, message, dismiss }: { readonly t: Translate; readonly message: Message | undefined; readonly dismiss: () => void }): JSX.Element {
  const shown = (
    <div key={message?.turn} class="sentence">
      {message && <Icon name={icons[message.tone]} />}
      <span>{message?.sentence}</span>
    </div>
  );
  // Both regions are there from the start: what appears together with its region is heard by nobody.
  return (
    <div class={`said ${message?.tone ?? 'nothing'}`}>
      <div role="status" aria-live="polite">
        {message && message.tone !== 'error' && shown}
      </div>
      <div role="alert" aria-live="assertive">
        {message?.tone === 'error' && shown}
      </div>
      {message && <IconButton icon="close" label={t('Dismiss')} onClick={dismiss} />}
    </div>
  );
}

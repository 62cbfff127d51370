/// <reference lib="dom" />
import type { JSX } from 'preact';
import { Icon, IconButton } from '../panel/shell/controls.tsx';
import { useSpend } from './useSpend.ts';

/** What was said last. `turn` tells the same sentence said twice apart. */
export interface Message {
  readonly sentence: string;
  readonly tone: 'information' | 'warning' | 'error';
  readonly turn: number;
}

const icons = { information: 'info', warning: 'warning', error: 'error' } as const satisfies Record<Message['tone'], string>;

/** The message area: one sentence at a time, seen and heard. Errors interrupt who is listening, the rest waits until they are done. */
export function Said({ message, onClose }: { readonly message: Message | undefined; readonly onClose: () => void }): JSX.Element {
  const { t } = useSpend();
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
      {message && <IconButton icon="close" label={t('Dismiss')} onClick={onClose} />}
    </div>
  );
}

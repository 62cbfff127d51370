/// <reference lib="dom" />
import { createContext } from 'preact';
import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { usePanel } from '../usePanel.ts';
import { Icon, IconButton } from './controls.tsx';

export type Tone = 'information' | 'warning' | 'error';

/** What was said last. `turn` tells the same sentence said twice apart. */
export interface Message {
  readonly sentence: string;
  readonly tone: Tone;
  readonly turn: number;
}

/** What is said, and where: outside of an open dialog everything is inert, and so nothing would be heard from there. */
export interface Saying {
  readonly message: Message | undefined;
  readonly dismiss: () => void;
  /** The dialog that is in front; undefined: none is open. */
  readonly top: string | undefined;
  /** Notes that a dialog opened; call what is returned when it closes. */
  readonly opened: (dialog: string) => () => void;
}

export const SaidContext = createContext<Saying>({ message: undefined, dismiss: () => undefined, top: undefined, opened: () => () => undefined });

const icons = { information: 'info', warning: 'warning', error: 'error' } as const satisfies Record<Tone, string>;

/** The message area: one sentence at a time, seen and heard. Errors interrupt who is listening, the rest waits until they are done. */
export function Said(): JSX.Element {
  const { t } = usePanel();
  const { message, dismiss } = useContext(SaidContext);
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

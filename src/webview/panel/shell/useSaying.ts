/// <reference lib="dom" />
import { createContext } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { messageAfter, type Message } from '../../parts/said.tsx';
import type { Panel } from '../usePanel.ts';

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

/** What is said, and which dialog is in front of it. */
export function useSaying(): { readonly saying: Saying; readonly say: Panel['say'] } {
  const [message, setMessage] = useState<Message>();
  const [dialogs, setDialogs] = useState<readonly string[]>([]);

  const say = useCallback<Panel['say']>((sentence, tone = 'information') => setMessage((before) => messageAfter(before, sentence, tone)), []);
  const dismiss = useCallback(() => setMessage(undefined), []);
  const opened = useCallback((dialog: string) => {
    setDialogs((before) => [...before, dialog]);
    return () => setDialogs((before) => before.filter((one) => one !== dialog));
  }, []);

  return { saying: useMemo(() => ({ message, dismiss, top: dialogs.at(-1), opened }), [message, dismiss, dialogs, opened]), say };
}

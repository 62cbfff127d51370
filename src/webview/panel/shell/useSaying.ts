/// <reference lib="dom" />
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Panel } from '../usePanel.ts';
import type { Message, Saying } from './said.tsx';

/** What is said, and which dialog is in front of it. */
export function useSaying(): { readonly saying: Saying; readonly say: Panel['say'] } {
  const [message, setMessage] = useState<Message>();
  const [dialogs, setDialogs] = useState<readonly string[]>([]);

  const say = useCallback<Panel['say']>((sentence, tone = 'information') => setMessage((before) => ({ sentence, tone, turn: (before?.turn ?? 0) + 1 })), []);
  const dismiss = useCallback(() => setMessage(undefined), []);
  const opened = useCallback((dialog: string) => {
    setDialogs((before) => [...before, dialog]);
    return () => setDialogs((before) => before.filter((one) => one !== dialog));
  }, []);

  return { saying: useMemo(() => ({ message, dismiss, top: dialogs.at(-1), opened }), [message, dismiss, dialogs, opened]), say };
}

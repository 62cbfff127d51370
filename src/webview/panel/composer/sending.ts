/// <reference lib="dom" />
import { useState } from 'preact/hooks';
import type { ComposerField } from '../../../protocol/panel.ts';
import { usePanel } from '../usePanel.ts';

/** How far the click on the button has come. `double`: the same was sent a moment ago; the cost is of sending it again. */
export type SendState = { readonly kind: 'ready' } | { readonly kind: 'busy' } | { readonly kind: 'double'; readonly cost: string };

/** Sends what is put together. */
export interface Sending {
  readonly state: SendState;
  /** @param again whether the user wants the same once more */
  readonly send: (again?: boolean) => void;
  readonly cancel: () => void;
}

/**
 * @param lead shows the part of the composer that keeps it from being sent
 * @param back brings the focus back to where one goes on
 */
export function useSending(lead: (field: ComposerField) => void, back: () => void): Sending {
  const { connection, composer, status, hear, take } = usePanel();
  const [state, setState] = useState<SendState>({ kind: 'ready' });

  const place = async (again: boolean): Promise<SendState> => {
    let { faults } = composer;
    if (faults.length > 0) {
      // What was typed last may have put it right: only the editor knows.
      const now = await hear(connection.ask('draft.change', { draft: {} }));
      if (now) take(now);
      ({ faults } = now ?? composer);
    }
    const [fault] = faults;
    if (fault) {
      lead(fault.field);
      return { kind: 'ready' };
    }
    const answer = await hear(connection.ask('send', { again }));
    if (answer?.kind === 'double') return { kind: 'double', cost: answer.cost };
    if (answer?.kind === 'no-key') await hear(connection.ask('key.set', {}));
    if (answer?.kind === 'placed') back();
    return { kind: 'ready' };
  };

  return {
    state,
    send(again = false) {
      // The question is answered by its buttons, not by one more slip.
      if (state.kind === 'busy' || (state.kind === 'double' && !again)) return;
      const go = async (): Promise<void> => {
        setState({ kind: 'busy' });
        setState(await place(again));
      };
      if (status.key === false) void hear(connection.ask('key.set', {}));
      else if (status.key === undefined) void hear(connection.ask('settings.open', {}));
      else void go();
    },
    cancel() {
      setState({ kind: 'ready' });
      back();
    },
  };
}

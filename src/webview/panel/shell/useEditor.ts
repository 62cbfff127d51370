/// <reference lib="dom" />
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Composer, Draft, JobCard, PanelStatus } from '../../../protocol/panel.ts';
import type { Connection } from '../connection.ts';

/** What the editor has told, and how to change it. */
export interface Editor {
  readonly locale: string;
  readonly sentences: Readonly<Record<string, string>>;
  readonly status: PanelStatus;
  readonly jobs: readonly JobCard[];
  readonly composer: Composer;
  readonly change: (draft: Partial<Draft>) => void;
  readonly take: (composer: Composer) => void;
}

/** `waiting` until the editor has answered; `failed` when it has not, with the reason. */
export type EditorState = { readonly kind: 'waiting' } | { readonly kind: 'failed'; readonly error: unknown } | { readonly kind: 'ready'; readonly editor: Editor };

type Told = Omit<Editor, 'composer' | 'change' | 'take'>;

/**
 * Follows the editor from the panel's start on.
 * @param refused hears why a change was not taken
 */
export function useEditor(connection: Connection, refused: (error: unknown) => void): { readonly state: EditorState; readonly restart: () => void } {
  const [told, setTold] = useState<Told>();
  const [failure, setFailure] = useState<{ readonly error: unknown }>();
  const [composer, setComposer] = useState<Composer>();
  /** Changes on their way to the editor, which are newer than what it tells meanwhile. */
  const pending = useRef(0);

  const take = useCallback((next: Composer) => {
    setComposer((before) => {
      if (!before) return next;
      // An answer may overtake an event, and the other way round.
      if (next.revision < before.revision) return before;
      return pending.current === 0 ? next : { ...next, draft: before.draft };
    });
  }, []);

  const start = useCallback(async () => {
    try {
      const { composer: first, ...rest } = await connection.ask('start', {});
      setComposer(first);
      setTold(rest);
    } catch (error) {
      setFailure({ error });
    }
  }, [connection]);

  useEffect(() => {
    const listening = [
      connection.on('composer', take),
      connection.on('status', (status) => setTold((before) => before && { ...before, status })),
      connection.on('jobs', (jobs) => setTold((before) => before && { ...before, jobs })),
    ];
    void start();
    return () => {
      for (const stop of listening) stop();
    };
  }, [connection]);

  const change = useCallback<Editor['change']>(
    (draft) => {
      setComposer((before) => before && { ...before, draft: { ...before.draft, ...draft } });
      pending.current += 1;
      const tell = async (): Promise<void> => {
        const next = await connection.ask('draft.change', { draft }).catch((error: unknown) => {
          refused(error);
          return undefined;
        });
        pending.current -= 1;
        if (next) take(next);
        // What is shown was not taken: what stands at the editor counts.
        else if (pending.current === 0) await start();
      };
      void tell();
    },
    [connection, refused],
  );

  const restart = useCallback(() => {
    setFailure(undefined);
    setTold(undefined);
    setComposer(undefined);
    void start();
  }, [start]);

  if (failure) return { state: { kind: 'failed', error: failure.error }, restart };
  if (!told || !composer) return { state: { kind: 'waiting' }, restart };
  return { state: { kind: 'ready', editor: { ...told, composer, change, take } }, restart };
}

/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { english, type Translate } from '../../images/words.ts';
import { Refused } from '../../protocol/channel.ts';
import type { Reconciling, SpendChoice, SpendView } from '../../protocol/spend.ts';
import { Boundary, Stopped } from '../parts/broken.tsx';
import { earlySentences } from '../parts/connection.ts';
import { Spinner } from '../parts/controls.tsx';
import { messageAfter, Said, type Message } from '../parts/said.tsx';
import type { Connection } from './connection.ts';
import { Head } from './head.tsx';
import { Patterns } from './patterns.tsx';
import { ReconcilePart, showReconcilePart } from './reconcile.tsx';
import { Sections } from './sections.tsx';
import { Standing } from './standing.tsx';
import { SpendContext, type Spend } from './useSpend.ts';

/** What an error says to the user. */
const sentenceOf = (error: unknown): string => (error instanceof Refused || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : `${error.name}: ${error.message}`);

interface Told {
  readonly sentences: Readonly<Record<string, string>>;
  readonly view: SpendView;
  readonly reconciling: Reconciling;
}

/** The whole report. */
export function App({ connection }: { readonly connection: Connection }): JSX.Element {
  const [told, setTold] = useState<Told>();
  const [failure, setFailure] = useState<{ readonly error: unknown }>();
  const [message, setMessage] = useState<Message>();
  const [tables, setTables] = useState(connection.look.tables ?? false);
  const [busy, setBusy] = useState(false);

  const say = useCallback((sentence: string, tone: Message['tone']) => setMessage((before) => messageAfter(before, sentence, tone)), []);
  const refused = useCallback((error: unknown) => say(sentenceOf(error), 'error'), [say]);
  const take = useCallback((view: SpendView) => setTold((before) => before && { ...before, view }), []);

  const start = useCallback(async () => {
    const { choice } = connection.look;
    try {
      const { at, sentences, view, reconciling } = await connection.ask('start', choice ? { choice } : {});
      setTold({ sentences, view, reconciling });
      if (at === 'reconcile') showReconcilePart();
    } catch (error) {
      // A range that was remembered and is none any more must not stand in the way for ever.
      if (choice) connection.keepLook({ choice: { preset: '30-days' } });
      setFailure({ error });
    }
  }, [connection]);

  useEffect(() => {
    const failed = ({ error }: ErrorEvent): void => {
      // Without an error it is no defect: browsers report so that an observer's size was told a frame late.
      if (error !== null && error !== undefined) refused(error);
    };
    const rejected = ({ reason }: PromiseRejectionEvent): void => refused(reason);
    addEventListener('error', failed);
    addEventListener('unhandledrejection', rejected);
    const listening = [
      connection.on('view', take),
      connection.on('reconciling', (reconciling) => setTold((before) => before && { ...before, reconciling })),
      connection.on('say', ({ sentence, tone }) => say(sentence, tone)),
      connection.on('show', ({ at }) => at === 'reconcile' && showReconcilePart()),
    ];
    void start();
    return () => {
      removeEventListener('error', failed);
      removeEventListener('unhandledrejection', rejected);
      for (const stop of listening) stop();
    };
  }, [connection, start]);

  const restart = (): void => {
    setFailure(undefined);
    setTold(undefined);
    void start();
  };

  const sentences = told?.sentences ?? earlySentences();
  const t = useMemo<Translate>(() => (sentence, ...values) => english(sentences[sentence] ?? sentence, ...values), [sentences]);
  if (failure) return <Stopped t={t} connection={connection} sentence={sentenceOf(failure.error)} onRetry={restart} />;
  if (!told) {
    return (
      <main class="waiting" aria-busy="true">
        <Spinner />
      </main>
    );
  }

  const { view, reconciling } = told;
  const spend: Spend = {
    connection,
    t,
    tables,
    async hear(answer) {
      setMessage(undefined);
      try {
        return await answer;
      } catch (error) {
        refused(error);
        return undefined;
      }
    },
  };
  const choose = async (choice: SpendChoice): Promise<void> => {
    setBusy(true);
    const next = await spend.hear(connection.ask('range.choose', choice));
    setBusy(false);
    if (!next) return;
    // Of two that were chosen quickly the later one is shown.
    connection.keepLook({ choice: next.choice });
    take(next);
  };
  return (
    <SpendContext.Provider value={spend}>
      <Boundary t={t} connection={connection} onRetry={restart}>
        <Patterns />
        <main tabIndex={-1} class="spend">
          <div class="page">
            <Head
              view={view}
              busy={busy}
              choose={(choice) => void choose(choice)}
              showTables={(next) => {
                connection.keepLook({ tables: next });
                setTables(next);
              }}
            />
            <Standing view={view} />
            <Sections view={view} />
            <ReconcilePart reconciling={reconciling} />
          </div>
        </main>
        <Said t={t} message={message} dismiss={() => setMessage(undefined)} />
      </Boundary>
    </SpendContext.Provider>
  );
}

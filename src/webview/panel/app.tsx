/// <reference lib="dom" />
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { english, type Translate } from '../../images/words.ts';
import { Refused } from '../../protocol/channel.ts';
import type { Composer, JobCard, PanelStatus } from '../../protocol/panel.ts';
import { ComparePane } from './compare/comparePane.tsx';
import { ComposerPane } from './composer/composerPane.tsx';
import type { Connection } from './connection.ts';
import { GalleryPane } from './gallery/galleryPane.tsx';
import { PicturePane } from './gallery/picturePane.tsx';
import { JobsPane } from './jobs/jobsPane.tsx';
import { MaskPane } from './mask/maskPane.tsx';
import { Said, SaidContext, type Message, type Saying } from './shell/said.tsx';
import { PanelContext, type Overlay, type Panel } from './usePanel.ts';

/** What the editor has told, as far as it has. */
interface Told {
  readonly locale: string;
  readonly sentences: Readonly<Record<string, string>>;
  readonly status: PanelStatus;
  readonly jobs: readonly JobCard[];
}

/** The whole panel. */
export function App({ connection }: { readonly connection: Connection }): JSX.Element {
  const [told, setTold] = useState<Told>();
  const [composer, setComposer] = useState<Composer>();
  const [message, setMessage] = useState<Message>();
  const [dialogs, setDialogs] = useState<readonly string[]>([]);
  const [overlay, show] = useState<Overlay>();
  const pending = useRef(0);

  const say = useCallback<Panel['say']>((sentence, tone = 'information') => setMessage((before) => ({ sentence, tone, turn: (before?.turn ?? 0) + 1 })), []);
  const saying = useMemo<Saying>(
    () => ({
      message,
      dismiss: () => setMessage(undefined),
      top: dialogs.at(-1),
      opened(dialog) {
        setDialogs((before) => [...before, dialog]);
        return () => setDialogs((before) => before.filter((one) => one !== dialog));
      },
    }),
    [message, dialogs],
  );

  useEffect(() => {
    // What is on its way to the editor is newer than what it tells meanwhile.
    connection.on('composer', (next) => pending.current === 0 && setComposer(next));
    connection.on('status', (status) => setTold((before) => before && { ...before, status }));
    connection.on('jobs', (jobs) => setTold((before) => before && { ...before, jobs }));
    connection.on('say', ({ sentence, tone }) => say(sentence, tone));
    const start = async (): Promise<void> => {
      const { composer: first, ...rest } = await connection.ask('start', {});
      setComposer(first);
      setTold(rest);
    };
    void start();
  }, [connection]);

  if (!told || !composer) return <main class="waiting" aria-busy="true" />;

  const t: Translate = (sentence, ...values) => english(told.sentences[sentence] ?? sentence, ...values);
  const hear: Panel['hear'] = async (answer) => {
    try {
      return await answer;
    } catch (error) {
      say(error instanceof Refused ? error.message : String(error), 'error');
      return undefined;
    }
  };
  const panel: Panel = {
    connection,
    t,
    locale: told.locale,
    composer,
    status: told.status,
    jobs: told.jobs,
    change(draft) {
      setComposer((before) => before && { ...before, draft: { ...before.draft, ...draft } });
      const tell = async (): Promise<void> => {
        pending.current += 1;
        const next = await hear(connection.ask('draft.change', { draft }));
        pending.current -= 1;
        if (next && pending.current === 0) setComposer(next);
      };
      void tell();
    },
    take: setComposer,
    say,
    hear,
    overlay,
    show,
  };

  return (
    <PanelContext.Provider value={panel}>
      <SaidContext.Provider value={saying}>
        <main class="scroller" tabIndex={-1}>
          <ComposerPane />
          <div class="made scroller">
            <JobsPane />
            <GalleryPane />
          </div>
        </main>
        {dialogs.length === 0 && <Said />}
        {overlay?.kind === 'picture' && <PicturePane picture={overlay.picture} />}
        {overlay?.kind === 'compare' && <ComparePane before={overlay.before} after={overlay.after} />}
        {overlay?.kind === 'mask' && <MaskPane {...overlay} />}
      </SaidContext.Provider>
    </PanelContext.Provider>
  );
}

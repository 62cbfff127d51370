/// <reference lib="dom" />
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ComponentProps, JSX } from 'preact';
import { english, type Translate } from '../../images/words.ts';
import { Refused } from '../../protocol/channel.ts';
import { ComparePane } from './compare/comparePane.tsx';
import { ComposerPane } from './composer/composerPane.tsx';
import type { Connection } from './connection.ts';
import { createGallery } from './gallery/gallery.ts';
import { GalleryPane } from './gallery/galleryPane.tsx';
import { PicturePane } from './gallery/picturePane.tsx';
import { JobsPane } from './jobs/jobsPane.tsx';
import type { MaskPane } from './mask/maskPane.tsx';
import { Boundary, Stopped } from '../parts/broken.tsx';
import { earlySentences } from '../parts/connection.ts';
import { Spinner } from '../parts/controls.tsx';
import { Said } from '../parts/said.tsx';
import { Foot, Notices } from './shell/states.tsx';
import { useEditor } from './shell/useEditor.ts';
import { SaidContext, useSaying } from './shell/useSaying.ts';
import { PanelContext, usePanel, type Overlay, type Panel } from './usePanel.ts';
import { focusHere } from '../parts/focus.ts';

/** What an error says to the user. */
const sentenceOf = (error: unknown): string => (error instanceof Refused || !(error instanceof Error) ? String(error instanceof Error ? error.message : error) : `${error.name}: ${error.message}`);

/** What is asked without the user's doing anything: what was said before stays. */
const quiet: ReadonlySet<string> = new Set(['start', 'draft.change', 'prompts.list', 'gallery.list', 'gallery.details']);

/** The mask painter, loaded when it is wanted first: nobody waits for it who does not paint. */
function LoadedMaskPane(props: ComponentProps<typeof MaskPane>): JSX.Element {
  const { hear, show } = usePanel();
  const [Pane, setPane] = useState<typeof MaskPane>();
  useEffect(() => {
    const load = async (): Promise<void> => {
      const loaded = await hear(import('./mask/maskPane.tsx'));
      if (loaded) setPane(() => loaded.MaskPane);
      else show(undefined);
    };
    void load();
  }, []);
  return Pane ? <Pane {...props} /> : <Spinner />;
}

const focusPrompt = (): void => document.querySelector<HTMLElement>('.composer textarea')?.focus();

/** The whole panel. */
export function App({ connection }: { readonly connection: Connection }): JSX.Element {
  const { saying, say } = useSaying();
  const { dismiss, top } = saying;
  const refused = useMemo(() => (error: unknown) => say(sentenceOf(error), 'error'), [say]);
  const { state, restart } = useEditor(connection, refused);
  const [overlay, setOverlay] = useState<Overlay>();
  const origin = useRef<Element | null>(null);
  const gallery = useMemo(() => createGallery(connection), [connection]);

  // What was said goes with the next thing that is done.
  const asking = useMemo<Connection>(
    () => ({
      ...connection,
      get look() {
        return connection.look;
      },
      ask(name, ask) {
        if (!quiet.has(name)) dismiss();
        return connection.ask(name, ask);
      },
    }),
    [connection, dismiss],
  );

  useEffect(() => {
    // What goes wrong outside of drawing: said rather than lost in a console that nobody reads.
    const failed = ({ error }: ErrorEvent): void => {
      // Without an error it is no defect: browsers report so that an observer's size was told a frame late.
      if (error !== null && error !== undefined) refused(error);
    };
    const rejected = ({ reason }: PromiseRejectionEvent): void => refused(reason);
    addEventListener('error', failed);
    addEventListener('unhandledrejection', rejected);
    return () => {
      removeEventListener('error', failed);
      removeEventListener('unhandledrejection', rejected);
    };
  }, [refused]);

  useEffect(() => {
    const listening = [connection.on('say', ({ sentence, tone }) => say(sentence, tone)), connection.on('focus', focusPrompt)];
    return () => {
      for (const stop of listening) stop();
    };
  }, [connection, say]);

  const ready = state.kind === 'ready';
  useEffect(() => {
    // A tab that was just opened has the focus; one that was restored behind another has not.
    if (ready && document.hasFocus()) focusPrompt();
  }, [ready]);

  useLayoutEffect(() => {
    // One overlay may have taken another's place, whose controls are gone: then the focus goes back to where the first was opened.
    if (overlay || !origin.current) return;
    const lost = document.activeElement === document.body || document.activeElement?.matches('main') === true;
    if (lost && origin.current instanceof HTMLElement && origin.current.isConnected) focusHere(origin.current);
    origin.current = null;
  }, [overlay]);

  const sentences = ready ? state.editor.sentences : earlySentences();
  const t: Translate = (sentence, ...values) => english(sentences[sentence] ?? sentence, ...values);

  if (state.kind === 'failed') return <Stopped t={t} connection={connection} sentence={sentenceOf(state.error)} onRetry={restart} />;
  if (state.kind === 'waiting') {
    return (
      <main class="waiting" aria-busy="true">
        <Spinner />
      </main>
    );
  }

  const { locale, status, jobs, composer, change, take } = state.editor;
  const panel: Panel = {
    connection: asking,
    t,
    locale,
    composer,
    status,
    jobs,
    change,
    take,
    say,
    async hear(answer) {
      try {
        return await answer;
      } catch (error) {
        refused(error);
        return undefined;
      }
    },
    overlay,
    show(next) {
      if (next && !overlay) origin.current = document.activeElement;
      setOverlay(next);
    },
    gallery,
  };

  return (
    <PanelContext.Provider value={panel}>
      <SaidContext.Provider value={saying}>
        <Boundary
          t={t}
          connection={connection}
          onRetry={() => {
            setOverlay(undefined);
            restart();
          }}
        >
          <main class="scroller" tabIndex={-1}>
            <Notices />
            <ComposerPane />
            <div class="made scroller">
              <JobsPane />
              <GalleryPane />
            </div>
          </main>
          {top === undefined && <Said t={t} message={saying.message} dismiss={dismiss} />}
          <Foot />
          {overlay?.kind === 'picture' && <PicturePane picture={overlay.picture} />}
          {overlay?.kind === 'compare' && <ComparePane before={overlay.before} after={overlay.after} />}
          {overlay?.kind === 'mask' && <LoadedMaskPane {...overlay} />}
        </Boundary>
      </SaidContext.Provider>
    </PanelContext.Provider>
  );
}

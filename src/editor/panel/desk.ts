import { env, l10n } from 'vscode';
import { failureSentence } from '../../images/failureSentence.ts';
import { editorEnd, type EditorEnd } from '../../protocol/channel.ts';
import { panelExchanges, type PanelEvents } from '../../protocol/panel.ts';
import type { CommandTools } from '../commands/command.ts';
import { failureOf } from '../show/present.ts';
import { createActs } from './acts.ts';
import { createComposer } from './composer.ts';
import { createGallery } from './gallery.ts';
import { createJobs } from './jobs.ts';
import { createMasks } from './masks.ts';
import type { ComposerPart, GalleryPart, JobsPart, PanelHandlers, PanelRoom, StatusPart } from './parts.ts';
import { createPictures } from './pictures.ts';
import { createStatus } from './status.ts';

/** A place that shows the panel: an editor's tab, or the side bar. */
export interface Surface {
  readonly post: (message: unknown) => void;
  readonly src: (file: string) => string;
  /** Whether it can be seen now; absent: as long as it is connected. */
  readonly visible?: () => boolean;
}

/** One place's line to the desk. */
export interface DeskConnection {
  /** Takes whatever arrived from the place; never rejects. */
  readonly hear: (message: unknown) => Promise<void>;
  /** Puts the focus into this place's prompt. */
  readonly focus: () => void;
  readonly dispose: () => void;
}

/** Everything behind the panel: one in a window, shown in any number of places. It keeps its state while none of them is open. */
export interface Desk {
  /** Connects a place; what arrives from it is handed to `hear`. */
  connect(surface: Surface): DeskConnection;
  readonly tell: EditorEnd<PanelEvents>['tell'];
  readonly composer: ComposerPart;
  readonly jobs: JobsPart;
  readonly gallery: GalleryPart;
  readonly status: StatusPart;
  dispose(): void;
}

/** @param storage absolute path of the folder for what the panel shows */
export function createDesk(tools: CommandTools, storage: string): Desk {
  const surfaces = new Map<Surface, EditorEnd<PanelEvents>>();
  /** The place that the user works in: the one that was heard of last. */
  let latest: Surface | undefined;
  let addressOf: Surface['src'] = () => '';
  const isVisible = (surface: Surface): boolean => surface.visible?.() ?? true;

  const tell: Desk['tell'] = (event, value) => {
    if (event !== 'focus') {
      for (const end of surfaces.values()) end.tell(event, value);
      return;
    }
    // There is one focus: of several places only one may take it.
    const seen = [...surfaces].filter(([surface]) => isVisible(surface));
    const [, end] = seen.find(([surface]) => surface === latest) ?? seen[0] ?? [];
    end?.tell(event, value);
  };
  // All places share their addresses, and one may be wanted when none of them is open any more.
  const src = (file: string): string => addressOf(file);
  const pictures = createPictures(tools, storage, src);
  const room: PanelRoom = { tools, tell, src, visible: () => [...surfaces.keys()].some(isVisible), storage, pictures };
  const status = createStatus(room);
  const composer = createComposer(room);
  const jobs = createJobs(room, composer, status);
  const gallery = createGallery(room);
  const acts = createActs(room, { composer, jobs, gallery });
  const masks = createMasks(room, { composer, gallery });

  const handlers: PanelHandlers = {
    async start() {
      return { locale: env.language, sentences: sentences(), composer: await composer.state(), status: await status.state(), jobs: [...jobs.cards()] };
    },
    ...status.handlers,
    ...composer.handlers,
    ...jobs.handlers,
    ...gallery.handlers,
    ...acts.handlers,
    ...masks.handlers,
  };
  const sentenceOf = (error: unknown): string => {
    const failure = failureOf(error);
    if (failure.code === 'internal') tools.log.error(error instanceof Error ? error : String(error));
    return failureSentence(failure, l10n.t);
  };

  return {
    tell,
    composer,
    jobs,
    gallery,
    status,
    connect(surface) {
      const end = editorEnd<typeof panelExchanges, PanelEvents>(panelExchanges, handlers, { post: surface.post, sentenceOf, log: (line) => tools.log.warn(`panel: ${line}`) });
      surfaces.set(surface, end);
      addressOf = surface.src;
      return {
        async hear(message) {
          if (!surfaces.has(surface)) return;
          latest = surface;
          try {
            await end.hear(message);
          } catch (error) {
            tools.log.error(error instanceof Error ? error : String(error));
          }
        },
        focus: () => end.tell('focus', {}),
        dispose() {
          surfaces.delete(surface);
          if (latest === surface) latest = undefined;
        },
      };
    },
    dispose() {
      surfaces.clear();
      for (const part of [acts, composer, jobs, gallery, status, pictures]) part.dispose();
    },
  };
}

/** The sentences of the user's language, by the English ones; none where that is English. */
const sentences = (): Record<string, string> => ({ ...l10n.bundle });

import { env, l10n } from 'vscode';
import { failureSentence } from '../../images/failure.ts';
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

/** Everything behind the panel: one in a window, shown in any number of places. It keeps its state while none of them is open. */
export interface Desk {
  /** Connects a place; what arrives from it is handed to `hear`. */
  connect(surface: Surface): { readonly hear: (message: unknown) => Promise<void>; readonly dispose: () => void };
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
  const tell: Desk['tell'] = (event, value) => {
    for (const end of surfaces.values()) end.tell(event, value);
  };
  const pictures = createPictures(tools, storage, (file) => [...surfaces.keys()][0]?.src(file) ?? '');
  const room: PanelRoom = { tools, tell, src: (file) => [...surfaces.keys()][0]?.src(file) ?? '', visible: () => [...surfaces.keys()].some((surface) => surface.visible?.() ?? true), storage, pictures };
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
      return { hear: end.hear, dispose: () => surfaces.delete(surface) };
    },
    dispose() {
      for (const part of [composer, jobs, gallery, status, pictures]) part.dispose();
      surfaces.clear();
    },
  };
}

/** The sentences of the user's language, by the English ones; none where that is English. */
const sentences = (): Record<string, string> => ({ ...l10n.bundle });

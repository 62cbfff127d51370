/// <reference lib="dom" />
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Translate } from '../../images/words.ts';
import type { Composer, Draft, JobCard, PanelStatus, ShownPicture } from '../../protocol/panel.ts';
import type { Connection } from './connection.ts';
import type { Gallery } from './gallery/gallery.ts';

/** What lies over the panel: one thing at a time, closed by Escape. */
export type Overlay =
  | { readonly kind: 'picture'; readonly picture: string }
  | { readonly kind: 'compare'; readonly before: ShownPicture; readonly after: ShownPicture }
  | { readonly kind: 'mask'; readonly reference: string; readonly image: ShownPicture; readonly mask?: string };

/** What every part of the panel can see and do. */
export interface Panel {
  readonly connection: Connection;
  /** Take it out of the object: `const { t } = usePanel()`. Only so a test finds the sentences. */
  readonly t: Translate;
  /** BCP 47. */
  readonly locale: string;
  readonly composer: Composer;
  readonly status: PanelStatus;
  readonly jobs: readonly JobCard[];
  /** Changes the draft: shown at once, and told to the editor. */
  readonly change: (draft: Partial<Draft>) => void;
  /** Takes what the editor answered as what stands now. */
  readonly take: (composer: Composer) => void;
  /** Says something, to be seen and to be heard. */
  readonly say: (sentence: string, tone?: 'information' | 'warning' | 'error') => void;
  /** Waits for an answer whose refusal is said; undefined then. */
  readonly hear: <T>(answer: Promise<T>) => Promise<T | undefined>;
  readonly overlay: Overlay | undefined;
  /** Shows something over the panel, or nothing. The focus comes back where it was. */
  readonly show: (overlay: Overlay | undefined) => void;
  readonly gallery: Gallery;
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('outside of the panel');
  return panel;
}

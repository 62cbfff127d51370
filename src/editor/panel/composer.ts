import { requestSettings } from '../settings.ts';
import type { Composer } from '../../protocol/panel.ts';
import type { ComposerPart, PanelRoom } from './parts.ts';

// UNDER CONSTRUCTION
export function createComposer({ tell }: PanelRoom): ComposerPart {
  const settings = requestSettings();
  let composer: Composer = {
    revision: 0,
    draft: { prompt: '', style: '', model: settings.model, size: settings.size, quality: settings.quality, count: settings.count, format: settings.format, background: settings.background, fidelity: 'auto', partials: 0, folder: settings.folder, name: '', replace: false },
    references: [],
    styles: [],
    models: [],
    namedAfterPrompt: 'image',
    roots: [],
    costs: {},
    faults: [],
  };
  const notYet = (): never => {
    throw new Error('not yet');
  };
  return {
    state: async () => composer,
    order: notYet,
    sent: notYet,
    use: notYet,
    recall: notYet,
    referenceOf: () => undefined,
    mask: () => undefined,
    setMask: notYet,
    dispose: () => undefined,
    handlers: {
      'draft.change': ({ draft }) => {
        const known = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
        composer = { ...composer, revision: composer.revision + 1, draft: { ...composer.draft, ...known } };
        tell('composer', composer);
        return composer;
      },
      'draft.clear': () => composer,
      'prompts.list': () => ({ prompts: [] }),
      'style.save': notYet,
      'style.delete': notYet,
      'style.open': notYet,
      'reference.pick': notYet,
      'reference.drop': notYet,
      'reference.bytes': notYet,
      'reference.move': notYet,
      'reference.role': notYet,
      'reference.mend': notYet,
      'reference.remove': notYet,
      'target.pick': notYet,
    },
  };
}

import { env, l10n, Uri, workspace } from 'vscode';
import type { GalleryEntry } from '../../gallery/entries.ts';
import { choicesOf, filtered } from '../../gallery/filter.ts';
import type { GalleryThreadRequest } from '../../gallery/threads.ts';
import type { Recipe, RecipeReference } from '../../images/recipe.ts';
import type { GalleryPicture, GalleryRequest } from '../../protocol/panel.ts';
import { chargeIn } from '../show/money.ts';
import { createGalleryIndex } from './galleryIndex.ts';
import type { GalleryPart, PanelRoom } from './parts.ts';

/** The gallery: what was made in this workspace, in threads, with small pictures of it all. */
export function createGallery({ tools, tell, pictures }: PanelRoom): GalleryPart {
  const index = createGalleryIndex(tools, () => tell('gallery.changed', {}));
  /** What does not depend on the filter, of the requests that it was made of. */
  let whole: { readonly of: readonly GalleryThreadRequest[]; readonly total: number; readonly folders: readonly string[]; readonly models: readonly string[] } | undefined;
  const wholeOf = (requests: readonly GalleryThreadRequest[]): NonNullable<typeof whole> => (whole?.of === requests ? whole : (whole = { of: requests, total: countOf(requests), ...choicesOf(requests) }));

  // What was told of the requests names sums.
  const listening = workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('easel.currency')) tell('gallery.changed', {});
  });

  const pictureOf = async (entry: GalleryEntry): Promise<GalleryPicture> => {
    const { id, name, folder, header, bytes, uri, replaced } = entry;
    const thumb = uri === undefined ? undefined : await pictures.thumb(Uri.parse(uri, true), (src) => tell('thumb', { of: id, src }));
    const { width, height, format } = header;
    return { id, name, folder, width, height, format: format.toUpperCase(), bytes, ...(thumb !== undefined && { thumb }), state: uri === undefined ? 'gone' : replaced ? 'replaced' : 'there' };
  };

  const detailsOf = async ({ id, recipe, time, pictures: entries, from }: GalleryThreadRequest): Promise<GalleryRequest> => ({
    id,
    prompt: recipe.prompt,
    about: aboutLine(recipe),
    time: timeText(time),
    from: (recipe.references ?? []).map((reference, at) => sourceOf(reference, from[at])),
    pictures: await Promise.all(entries.map(pictureOf)),
  });

  return {
    fileOf(picture) {
      const uri = index.last.entry.get(picture)?.uri;
      return uri === undefined ? undefined : Uri.parse(uri, true);
    },
    recipeOf: (picture) => index.last.entry.get(picture)?.recipe,
    dispose() {
      listening.dispose();
      index.dispose();
    },
    handlers: {
      async 'gallery.list'(query) {
        const { requests } = await index.state();
        const { total, folders, models } = wholeOf(requests);
        const shown = filtered(requests, query, new Date());
        return { requests: shown.map(({ id, thread, pictures: own }) => [id, thread, own.length]), shown: countOf(shown), total, folders: [...folders], models: [...models] };
      },
      async 'gallery.details'({ requests }) {
        const { request } = await index.state();
        const known = requests.map((id) => request.get(id)).filter((one) => one !== undefined);
        return { requests: await Promise.all(known.map(detailsOf)) };
      },
    },
  };
}

const sourceOf = ({ name, role }: RecipeReference, source: GalleryEntry | undefined): GalleryRequest['from'][number] => ({ name, role, ...(source?.uri !== undefined && { picture: source.id }) });

const countOf = (requests: readonly GalleryThreadRequest[]): number => requests.reduce((sum, { pictures }) => sum + pictures.length, 0);

/** `gpt-image-2 · 1024 × 1024 · high quality · 783 credits`; what was left to the service is not told. */
function aboutLine({ model, size, quality, charge }: Recipe): string {
  const parts = [model];
  if (size !== 'auto') parts.push(size.replace('x', ' × '));
  if (quality !== 'auto') parts.push(qualityText(quality));
  if (charge) parts.push(chargeIn(charge));
  return parts.map((part) => part.replaceAll(' ', '\u00A0')).join(' · ');
}

function qualityText(quality: Exclude<Recipe['quality'], 'auto'>): string {
  switch (quality) {
    case 'low':
      return l10n.t('low quality');
    case 'medium':
      return l10n.t('medium quality');
    case 'high':
      return l10n.t('high quality');
  }
}

let format: Intl.DateTimeFormat | undefined;

/** A day and a time of it, as the user writes them. */
function timeText(time: number): string {
  format ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  return format.format(time);
}

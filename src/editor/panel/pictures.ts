import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import { FailureError } from '../../images/failure.ts';
import { jpegHeader } from '../../images/formats/jpeg.ts';
import type { ImageHeader } from '../../images/header.ts';
import { extensionOf } from '../../images/naming.ts';
import { readPicture } from '../../jobs/recipeFile.ts';
import { bytesText } from '../ask/words.ts';
import { stateOf } from '../files/recipes.ts';
import { withLocalFile } from '../files/saveAsset.ts';
import type { OrderTools } from '../orders/order.ts';
import type { PanelPictures } from './parts.ts';
import { createShown } from './picturesShown.ts';
import { createThumbs, mostBytes, stateKey } from './picturesThumbs.ts';

const unreadable = (name: string, cause: unknown): FailureError => new FailureError({ code: 'file-unreadable', name, message: cause instanceof Error ? cause.message : String(cause) }, { cause });
const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason });

/** `1000 × 700 · PNG · 1.2 MB`; a line ends between them only. */
function factsOf({ width, height, format }: ImageHeader, bytes: number): string {
  const facts = [...(width > 0 && height > 0 ? [`${width} × ${height}`] : []), format.toUpperCase(), bytesText(bytes)];
  return facts.map((fact) => fact.replaceAll(' ', '\u00A0')).join(' · ');
}

async function headerOf(file: string): Promise<ImageHeader | undefined> {
  const { header } = await readPicture(file);
  // A JPEG's frame may lie behind more metadata than is looked at elsewhere; the mask painter needs its size.
  return header?.format === 'jpeg' && header.width === 0 ? (jpegHeader(await readFile(file)) ?? header) : header;
}

/**
 * Pictures as the panel may load them, in copies below `storage`.
 * @param storage absolute path of a folder that the panel may load from
 * @param src the address of a file in it
 */
export function createPictures(tools: Pick<OrderTools, 'scratch' | 'pixels' | 'log'>, storage: string, src: (file: string) => string): PanelPictures {
  const thumbs = createThumbs(tools, join(storage, 'thumbs'));
  const shown = createShown(join(storage, 'shown'));

  return {
    async thumb(uri, done) {
      const file = await thumbs.thumb(uri, (made) => done(src(made)));
      return file === undefined ? undefined : src(file);
    },
    async show(uri) {
      const name = posix.basename(uri.path);
      try {
        const state = await stateOf(uri);
        if (!state) throw new Error('it is no file');
        if (state.size > mostBytes) throw refused(l10n.t('{0} has {1} and is too large to be shown here: open it with another program.', name, bytesText(state.size)));
        return await withLocalFile(uri, tools.scratch, async (file) => {
          const header = await headerOf(file);
          if (!header) throw refused(l10n.t('{0} is no picture that can be shown.', name));
          const copy = await shown.copy(file, stateKey(uri.toString(), state), extensionOf(header.format), state.size);
          return { src: src(copy), name, facts: factsOf(header, state.size), width: header.width, height: header.height };
        });
      } catch (error) {
        throw error instanceof FailureError ? error : unreadable(workspace.asRelativePath(uri), error);
      }
    },
    async copyToShow(file) {
      try {
        const uri = Uri.file(file);
        const [state, { header }] = await Promise.all([stateOf(uri), readPicture(file)]);
        if (!state || !header) throw new Error('it is no picture');
        return src(await shown.copy(file, stateKey(uri.toString(), state), extensionOf(header.format), state.size));
      } catch (error) {
        throw unreadable(posix.basename(file), error);
      }
    },
    dispose() {
      thumbs.dispose();
      shown.dispose();
    },
  };
}

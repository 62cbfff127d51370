import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import { keepWithin } from '../../disk/bounded.ts';
import { FailureError } from '../../images/failure.ts';
import { failureSentence } from '../../images/failureSentence.ts';
import { headerBytes, imageHeader } from '../../images/format.ts';
import type { MaskFacts } from '../../images/mask.ts';
import { isReferenceFormat } from '../../images/reference.ts';
import { formatSize, type Size } from '../../images/size.ts';
import { readPicture } from '../../jobs/recipeFile.ts';
import type { ShownPicture } from '../../protocol/panel.ts';
import { requestSettings } from '../settings.ts';
import { saveAsset, withLocalFile } from '../files/saveAsset.ts';
import { referenceName } from '../orders/findReferences.ts';
import { inspectReferences } from '../orders/references.ts';
import { inWorkspace } from '../orders/target.ts';
import { failureOf } from '../show/present.ts';
import type { ComposerPart, GalleryPart, MasksPart, PanelRoom } from './parts.ts';

/** Painted masks are kept for drafts and for asking again; the oldest go beyond this. */
const kept = { files: 1000, bytes: 200 * 1024 * 1024 };

const refused = (reason: string): FailureError => new FailureError({ code: 'invalid-request', about: 'files', reason });

/** The masks that are painted in the panel. */
export function createMasks({ tools, tell, storage, pictures }: PanelRoom, { composer, gallery }: { readonly composer: ComposerPart; readonly gallery: GalleryPart }): MasksPart {
  const folder = join(storage, 'masks');

  /** The image that an edit would change, if there is one. */
  async function editedImage(): Promise<{ readonly id: string; readonly uri: Uri } | undefined> {
    const { references } = await composer.state();
    const id = references.find(({ role }) => role === 'image')?.id;
    const file = id === undefined ? undefined : composer.referenceOf(id);
    return id !== undefined && file ? { id, uri: file.uri } : undefined;
  }

  async function editedAs(reference: string): Promise<{ readonly id: string; readonly uri: Uri }> {
    const file = composer.referenceOf(reference);
    if (!file) throw refused(l10n.t('That image is not among the references any more. Open the mask painter again.'));
    if ((await editedImage())?.id !== reference) throw refused(l10n.t('A mask can be painted for the edited image alone. Make {0} the edited image first.', referenceName(file.uri)));
    return { id: reference, uri: file.uri };
  }

  /** The pixels of an image as they would be sent, and whether it is sent as it is. @throws {FailureError} when they cannot be told */
  async function sentAs(uri: Uri): Promise<Size & { readonly asIs: boolean }> {
    const { references } = await inspectReferences([{ uri, role: 'image' }], requestSettings(uri).model, tools);
    const header = references[0]?.header;
    if (!header || header.width === 0 || header.height === 0) throw refused(l10n.t('The size of {0} cannot be told, so that no mask can be painted for it.', referenceName(uri)));
    const original = await withLocalFile(uri, tools.scratch, (file) => readPicture(file));
    return { width: header.width, height: header.height, asIs: isReferenceFormat(original.header?.format ?? '') };
  }

  /** The image as it would be sent: of what has other pictures in it, or is drawn anew, the PNG that is made of it. */
  async function shownAsSent(uri: Uri): Promise<ShownPicture> {
    const { width, height, asIs } = await sentAs(uri);
    const name = posix.basename(uri.path);
    const facts = `${width} × ${height}`;
    if (asIs) return { ...(await pictures.show(uri)), width, height };
    const copy = join(tools.scratch, `${randomUUID()}.png`);
    try {
      await mkdir(tools.scratch, { recursive: true, mode: 0o700 });
      await withLocalFile(uri, tools.scratch, async (file) => (await tools.pixels()).convert(file, copy, 'png'));
      return { src: await pictures.copyToShow(copy), name, facts, width, height };
    } finally {
      await rm(copy, { force: true });
    }
  }

  /** Looks at what was painted. @throws {FailureError} saying in one sentence why it is no mask for an image of this size */
  async function check(file: string, bytes: Uint8Array, { width, height }: Size): Promise<void> {
    const unreadable = (): FailureError => refused(l10n.t('What was painted is no PNG that can be read. Paint the mask again.'));
    const header = imageHeader(bytes.subarray(0, headerBytes));
    if (header?.format !== 'png') throw unreadable();
    const [image, mask] = [formatSize(width, height), formatSize(header.width, header.height)];
    // Before it is decoded: a few bytes can claim to be very large.
    if (mask !== image) throw refused(l10n.t('The mask has {0} pixels and the edited image has {1}. Open the mask painter again.', mask, image));
    let facts: MaskFacts;
    try {
      facts = await (await tools.pixels()).inspectMask(file);
    } catch {
      throw unreadable();
    }
    if (facts.transparent === 0) throw refused(l10n.t('The mask has no transparent pixels, so that nothing would change. Paint over what should change.'));
    if (facts.opaque === 0) throw refused(l10n.t('The mask is transparent everywhere: leave something as it is, or edit without a mask.'));
  }

  /** Puts the mask beside its image as well; that this fails does not undo that it is the mask now. */
  async function saveBeside(mask: string, image: Uri): Promise<void> {
    const name = posix.basename(image.path);
    if (!inWorkspace(image)) {
      tell('say', { sentence: l10n.t('{0} is not in the workspace, so that the mask was not saved beside it.', name), tone: 'warning' });
      return;
    }
    try {
      const saved = await saveAsset(mask, { folder: Uri.joinPath(image, '..'), name: `${posix.parse(name).name}-mask`, extension: 'png' });
      tell('say', { sentence: l10n.t('The mask was saved as {0}.', workspace.asRelativePath(saved)), tone: 'information' });
    } catch (error) {
      tell('say', { sentence: failureSentence(failureOf(error), l10n.t), tone: 'error' });
    }
  }

  return {
    handlers: {
      async 'mask.begin'(of) {
        const before = await editedImage();
        if ('picture' in of) {
          const uri = gallery.fileOf(of.picture);
          if (!uri) throw refused(l10n.t('That picture is not in the gallery any more.'));
          // First the size: what no mask can be painted for does not change the draft.
          await sentAs(uri);
          await composer.use([uri], 'edit');
        }
        const edited = 'picture' in of ? await editedImage() : await editedAs(of.reference);
        if (!edited) throw refused(l10n.t('That image is not among the references any more. Open the mask painter again.'));
        const image = await shownAsSent(edited.uri);
        // A mask of another image is none to begin with.
        const mask = before?.uri.toString() === edited.uri.toString() ? composer.mask() : undefined;
        const src = mask && (await pictures.show(mask).catch(() => undefined))?.src;
        return { reference: edited.id, image, ...(src !== undefined && { mask: src }) };
      },
      async 'mask.save'({ reference, bytes, beside }) {
        const { uri } = await editedAs(reference);
        const painted = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
        const file = join(folder, `${createHash('sha256').update(painted).digest('hex')}.png`);
        const staged = join(folder, `${randomUUID()}.tmp`);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        try {
          await writeFile(staged, painted, { mode: 0o600 });
          await check(staged, painted, await sentAs(uri));
          await rename(staged, file);
        } finally {
          await rm(staged, { force: true });
        }
        // While it was looked at another image may have become the edited one.
        await editedAs(reference);
        await composer.setMask(Uri.file(file));
        if (beside) await saveBeside(file, uri);
        void keepWithin(folder, kept);
        return composer.state();
      },
    },
  };
}

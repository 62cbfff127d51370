import type { ImageHeader } from './header.ts';
import type { MaskFacts } from './mask.ts';
import type { Model } from './model.ts';
import { formatSize } from './size.ts';
import type { Translate } from './words.ts';

/** The formats that the edits endpoint takes; what is in another is converted first. */
export const referenceFormats = ['png', 'jpeg', 'webp'] as const;
export type ReferenceFormat = (typeof referenceFormats)[number];

const mebibyte = 1024 * 1024;
/** The service's limits on one file, in bytes: it takes less than these. */
export const referenceLimit = 50 * mebibyte;
export const maskLimit = 4 * mebibyte;

/** Pictures with more pixels than this are not decoded. */
export const mostPixels = 100_000_000;

/** Why a file's pixels could not be had. `svg-links`: a drawing that shows pictures which lie in other files. */
export type PixelTrouble = 'broken' | 'too-many-pixels' | 'svg-text' | 'svg-links';

/** One file that an edit sends along: a picture, the first of which is the one edited, or the mask that says where. */
export interface Reference {
  readonly role: 'image' | 'mask';
  /** As shown to the user. */
  readonly name: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** undefined: the bytes are no picture. */
  readonly header: ImageHeader | undefined;
  /** What a mask's pixels tell, where they were looked at. */
  readonly mask?: MaskFacts;
  /** Why it could not be converted, or its mask's pixels not be looked at. */
  readonly trouble?: PixelTrouble;
}

/** One thing wrong with the files of an edit, found before anything is sent. */
export type ReferenceFault =
  | { readonly code: 'none' }
  | { readonly code: 'too-many'; readonly count: number; readonly most: number }
  | { readonly code: 'empty'; readonly name: string }
  | { readonly code: 'no-picture'; readonly name: string }
  | { readonly code: 'format'; readonly name: string; readonly format: string }
  | { readonly code: PixelTrouble; readonly name: string }
  /** `most`: the file must have fewer bytes than that. */
  | { readonly code: 'too-large'; readonly name: string; readonly bytes: number; readonly most: number }
  | { readonly code: 'two-masks'; readonly count: number }
  | { readonly code: 'mask-model'; readonly model: string }
  | { readonly code: 'mask-format'; readonly name: string }
  | { readonly code: 'mask-too-large'; readonly name: string; readonly bytes: number; readonly most: number }
  /** No pixel is transparent: nothing would change. */
  | { readonly code: 'mask-opaque'; readonly name: string }
  /** Every pixel is transparent: everything would change. */
  | { readonly code: 'mask-empty'; readonly name: string }
  /** Both sizes as `WIDTHxHEIGHT`. */
  | { readonly code: 'mask-size'; readonly name: string; readonly mask: string; readonly image: string };

/** Everything wrong with the files of an edit: first their number, then the pictures in their order, then the mask; empty = they may be sent. */
export function judgeReferences(references: readonly Reference[], model: Model): readonly ReferenceFault[] {
  const images = references.filter(({ role }) => role === 'image');
  const masks = references.filter(({ role }) => role === 'mask');
  return [...numberFaults(images.length, masks.length, model), ...images.flatMap(imageFault), ...masks.flatMap((mask) => maskFault(mask, images[0]))];
}

function* numberFaults(images: number, masks: number, model: Model): Generator<ReferenceFault> {
  if (images === 0) yield { code: 'none' };
  if (images > model.maxReferences) yield { code: 'too-many', count: images, most: model.maxReferences };
  if (masks > 1) yield { code: 'two-masks', count: masks };
  if (masks > 0 && !model.mask) yield { code: 'mask-model', model: model.name };
}

/** At most one of a file: what is no picture is not also too large. */
function imageFault({ name, bytes, header, trouble }: Reference): readonly ReferenceFault[] {
  if (bytes === 0) return [{ code: 'empty', name }];
  if (header === undefined) return [{ code: 'no-picture', name }];
  if (trouble !== undefined) return [{ code: trouble, name }];
  if (!isReferenceFormat(header.format)) return [{ code: 'format', name, format: header.format }];
  return bytes < referenceLimit ? [] : [{ code: 'too-large', name, bytes, most: referenceLimit }];
}

function maskFault({ name, bytes, header, mask, trouble }: Reference, first: Reference | undefined): readonly ReferenceFault[] {
  if (bytes === 0) return [{ code: 'empty', name }];
  if (header === undefined) return [{ code: 'no-picture', name }];
  if (trouble !== undefined) return [{ code: trouble, name }];
  if (header.format !== 'png') return [{ code: 'mask-format', name }];
  if (bytes >= maskLimit) return [{ code: 'mask-too-large', name, bytes, most: maskLimit }];
  if (!header.alpha || mask?.transparent === 0) return [{ code: 'mask-opaque', name }];
  if (mask?.transparent === 1) return [{ code: 'mask-empty', name }];
  const edited = first?.header;
  // a size that the first bytes do not tell is for the service to judge
  if (edited === undefined || edited.width * edited.height * header.width * header.height === 0) return [];
  if (edited.width === header.width && edited.height === header.height) return [];
  return [{ code: 'mask-size', name, mask: formatSize(header.width, header.height), image: formatSize(edited.width, edited.height) }];
}

/** Whether the edits endpoint takes files of this format. */
export function isReferenceFormat(format: string): format is ReferenceFormat {
  return (referenceFormats as readonly string[]).includes(format);
}

/** One sentence: which file, what is wrong with it, and what would be right. */
export function referenceFaultSentence(fault: ReferenceFault, t: Translate): string {
  switch (fault.code) {
    case 'none':
      return t('No picture to edit is given: choose one.');
    case 'too-many':
      return t('{0} pictures are too many for one edit: choose at most {1}.', fault.count, fault.most);
    case 'empty':
      return t('{0} is an empty file: choose another one.', fault.name);
    case 'no-picture':
      return t('{0} is not a picture that can be read: choose another file.', fault.name);
    case 'format':
      return t('{0} is a {1} file, which edits do not take: convert it to PNG, JPEG or WebP.', fault.name, fault.format.toUpperCase());
    case 'broken':
      return t('The pixels of {0} cannot be read: open it in an image program and save it anew.', fault.name);
    case 'too-many-pixels':
      return t('{0} has more than {1} million pixels: scale it down first.', fault.name, mostPixels / 1e6);
    case 'svg-text':
      return t('{0} has text, which Easel has no fonts for: turn the text into paths, or save the drawing as PNG.', fault.name);
    case 'svg-links':
      return t('{0} shows pictures from other files, which are not loaded: embed them, or save the drawing as PNG.', fault.name);
    case 'too-large':
      return t('{0} has {1} MB and must have less than {2}: scale it down, or save it as JPEG or WebP.', fault.name, megabytes(fault.bytes), megabytes(fault.most));
    case 'two-masks':
      return t('{0} masks are given and an edit takes one: choose which.', fault.count);
    case 'mask-model':
      return t('The model {0} takes no mask: leave it out, or choose another model.', fault.model);
    case 'mask-format':
      return t('The mask {0} is not a PNG file: save it as PNG with transparency.', fault.name);
    case 'mask-too-large':
      return t('The mask {0} has {1} MB and must have less than {2}: save it with fewer colours.', fault.name, megabytes(fault.bytes), megabytes(fault.most));
    case 'mask-opaque':
      return t('The mask {0} has no transparency: make it transparent where the picture should change.', fault.name);
    case 'mask-empty':
      return t('The mask {0} is transparent everywhere, so that everything would change: leave it out, or make it opaque where the picture should stay.', fault.name);
    case 'mask-size':
      return t('The mask {0} has {1} pixels and the edited picture has {2}: scale the mask to the same size.', fault.name, fault.mask, fault.image);
  }
}

/** To a tenth, upwards, so that what is just over a limit is not shown below it. */
function megabytes(bytes: number): number {
  return Math.ceil((bytes / mebibyte) * 10) / 10;
}

/**
 * Input tokens of one uploaded picture. Nobody publishes what a gateway counts, so the range spans both known rules:
 * gpt-image-2's, about one for each patch of 32 pixels and at most 1,536, and the older models', 65 and 129 for each tile of 512
 * pixels once the short side is scaled to 512. A size of 0 is one that is not known: it may be any that patches allow.
 */
export function referenceTokens({ width, height }: { readonly width: number; readonly height: number }): { readonly low: number; readonly high: number } {
  if (!(width > 0 && height > 0)) return { low: 1, high: mostPatches };
  const patches = Math.min(mostPatches, Math.ceil(width / 32) * Math.ceil(height / 32));
  const older = 65 + 129 * Math.ceil(Math.max(width, height) / Math.min(width, height));
  return { low: Math.min(patches, older), high: Math.max(patches, older) };
}

const mostPatches = 1536;

import type { Model } from './model.ts';
import { backgrounds, inputFidelities, outputFormats, type ImageRequest } from './request.ts';
import { judgeSize, sizeFaultSentence, type SizeFault } from './size.ts';
import type { Translate } from './words.ts';

/** The service's limit on a prompt, in Unicode code points. */
export const maxPromptCharacters = 32_000;

/** The service's limit on `partial_images`. */
export const maxPartialImages = 3;

/** One thing wrong with a request, found before anything is sent. */
export type RequestFault =
  | { readonly code: 'prompt-empty' }
  | { readonly code: 'prompt-too-long'; readonly characters: number }
  | { readonly code: 'model-empty' }
  | { readonly code: 'count'; readonly count: number; readonly most: number }
  | { readonly code: 'size'; readonly fault: SizeFault }
  | { readonly code: 'quality'; readonly quality: string; readonly allowed: readonly string[] }
  | { readonly code: 'background'; readonly background: string; readonly allowed: readonly string[] }
  | { readonly code: 'format'; readonly format: string; readonly allowed: readonly string[] }
  | { readonly code: 'moderation'; readonly moderation: string }
  | { readonly code: 'transparent-model'; readonly model: string }
  | { readonly code: 'transparent-format'; readonly format: string }
  | { readonly code: 'compression-range'; readonly compression: number }
  | { readonly code: 'compression-format'; readonly format: string }
  | { readonly code: 'fidelity'; readonly fidelity: string }
  | { readonly code: 'fidelity-model'; readonly model: string }
  | { readonly code: 'stream-model'; readonly model: string }
  | { readonly code: 'partial-images'; readonly partialImages: number };

/** Everything wrong with a request, in the order of its fields; empty = it may be sent. Trusts no field, for other extensions fill them too. */
export function judgeRequest(request: ImageRequest, model: Model): readonly RequestFault[] {
  return [...promptFaults(request), ...pictureFaults(request, model), ...fileFaults(request, model), ...fidelityFaults(request, model), ...streamFaults(request, model)];
}

function* promptFaults({ prompt, model }: ImageRequest): Generator<RequestFault> {
  if (prompt.trim() === '') yield { code: 'prompt-empty' };
  const characters = codePoints(prompt);
  if (characters > maxPromptCharacters) yield { code: 'prompt-too-long', characters };
  if (model.trim() === '') yield { code: 'model-empty' };
}

function* pictureFaults({ size, quality, count }: ImageRequest, model: Model): Generator<RequestFault> {
  const fault = judgeSize(size, model.sizes);
  if (fault) yield { code: 'size', fault };
  if (!model.qualities.includes(quality)) yield { code: 'quality', quality, allowed: model.qualities };
  if (!Number.isInteger(count) || count < 1 || count > model.maxCount) yield { code: 'count', count, most: model.maxCount };
}

function* fileFaults({ background, format, compression, moderation }: ImageRequest, model: Model): Generator<RequestFault> {
  if (background !== undefined && !backgrounds.includes(background)) {
    yield { code: 'background', background, allowed: model.backgrounds };
  }
  if (format !== undefined && !outputFormats.includes(format)) yield { code: 'format', format, allowed: outputFormats };
  if (background === 'transparent') {
    if (!model.backgrounds.includes('transparent')) yield { code: 'transparent-model', model: model.name };
    if (format === 'jpeg') yield { code: 'transparent-format', format };
  }
  if (compression !== undefined) {
    if (!(compression >= 0 && compression <= 100 && Number.isInteger(compression))) yield { code: 'compression-range', compression };
    // Without a format the service draws PNG.
    if (format === undefined || format === 'png') yield { code: 'compression-format', format: format ?? 'png' };
  }
  if (moderation !== undefined && moderation !== 'auto' && moderation !== 'low') {
    yield { code: 'moderation', moderation: String(moderation) };
  }
}

function* fidelityFaults({ inputFidelity }: ImageRequest, model: Model): Generator<RequestFault> {
  if (inputFidelity === undefined) return;
  if (!inputFidelities.includes(inputFidelity)) yield { code: 'fidelity', fidelity: inputFidelity };
  else if (!model.inputFidelity) yield { code: 'fidelity-model', model: model.name };
}

function* streamFaults({ stream }: ImageRequest, model: Model): Generator<RequestFault> {
  if (stream === undefined) return;
  const { partialImages } = stream;
  if (!model.streaming) yield { code: 'stream-model', model: model.name };
  if (!(partialImages >= 0 && partialImages <= maxPartialImages && Number.isInteger(partialImages))) {
    yield { code: 'partial-images', partialImages };
  }
}

/** One sentence: what is wrong, and what would be right. */
export function requestFaultSentence(fault: RequestFault, t: Translate): string {
  switch (fault.code) {
    case 'prompt-empty':
      return t('The prompt is empty: say what the picture should show.');
    case 'prompt-too-long':
      return t('The prompt has {0} characters and at most {1} are taken: shorten it.', fault.characters, maxPromptCharacters);
    case 'model-empty':
      return t('No model is named: choose one in the settings.');
    case 'count':
      return t('{0} pictures cannot be asked for at once: choose a whole number from 1 to {1}.', fault.count, fault.most);
    case 'size':
      return sizeFaultSentence(fault.fault, t);
    case 'quality':
      return t('The quality "{0}" is not known: choose one of {1}.', fault.quality, fault.allowed.join(', '));
    case 'background':
      return t('The background "{0}" is not known: choose one of {1}.', fault.background, fault.allowed.join(', '));
    case 'format':
      return t('The format "{0}" cannot be asked for: choose one of {1}.', fault.format, fault.allowed.join(', '));
    case 'moderation':
      return t('The moderation "{0}" is not known: choose auto or low.', fault.moderation);
    case 'transparent-model':
      return t('The model {0} cannot draw a transparent background: choose another background or another model.', fault.model);
    case 'transparent-format':
      return t('A {0} file cannot be transparent: choose PNG or WebP.', fault.format.toUpperCase());
    case 'compression-range':
      return t('A compression of {0} is not possible: choose a whole number from 0 to 100.', fault.compression);
    case 'compression-format':
      return t('A {0} file takes no compression: choose JPEG or WebP, or leave the compression out.', fault.format.toUpperCase());
    case 'fidelity':
      return t('The input fidelity "{0}" is not known: choose low or high.', fault.fidelity);
    case 'fidelity-model':
      return t('The model {0} takes no input fidelity: leave it out, or choose another model.', fault.model);
    case 'stream-model':
      return t('The model {0} cannot stream its pictures: turn streaming off.', fault.model);
    case 'partial-images':
      return t('{0} partial pictures cannot be asked for: choose a whole number from 0 to {1}.', fault.partialImages, maxPartialImages);
  }
}

/** Counts without making an array of the text: a pasted prompt may be megabytes. */
function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index + 1 < text.length; index++) {
    if (text.charCodeAt(index) >= 0xd800 && text.charCodeAt(index) <= 0xdbff && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

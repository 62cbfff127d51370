import { badParameter, modelUnknown, type Refusal } from './errors.ts';
import { pictureLimit, type FilePart, type Form } from './multipart.ts';
import { createReader } from './parameters.ts';
import { sizeTrouble, type Size } from './size.ts';
import { isOlderModel } from './tokens.ts';

export type DialectName = 'openai-hk' | 'openai';
export type PictureFormat = 'png' | 'jpeg' | 'webp';
export type Endpoint = 'generations' | 'edits';

/** A request that passed every rule. */
export interface Ask {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly prompt: string;
  readonly n: number;
  readonly size: Size | 'auto';
  readonly quality: 'auto' | 'low' | 'medium' | 'high';
  readonly background: 'auto' | 'opaque' | 'transparent';
  readonly format: PictureFormat;
  /** 0 to 100; absent = 100. */
  readonly compression: number | undefined;
  readonly responseFormat: 'url' | 'b64_json' | undefined;
  readonly stream: boolean;
  readonly partialImages: number;
  readonly images: readonly FilePart[];
  readonly mask: FilePart | undefined;
}

/** What the rules differ by. */
export interface RuleBook {
  readonly dialect: DialectName;
  /** The multipart name of an edit's pictures. OpenAI's own takes a single one as `image` as well. */
  readonly imageField: 'image[]' | 'image';
}

const both =
  'background model n output_compression output_format partial_images prompt quality size stream user'.split(' ');
const known: Readonly<Record<Endpoint, readonly string[]>> = {
  generations: [...both, 'moderation'],
  edits: [...both, 'input_fidelity'],
};

const promptLimit = 32_000;
const maskLimit = 4 * 1024 * 1024;
const mimes = new Set(['image/jpeg', 'image/png', 'image/webp']);

/**
 * Judges a request's parameters, as strictly as the service would.
 * @throws {Refusal} with the service's own words for the first rule broken.
 */
export function judge(book: RuleBook, endpoint: Endpoint, { fields, files }: Form): Ask {
  const read = createReader(fields, endpoint === 'edits');
  if (book.dialect === 'openai') {
    for (const name of Object.keys(fields)) if (!known[endpoint].includes(name)) throw unknownParameter(name);
  }
  const { images, mask } = endpoint === 'edits' ? judgeFiles(book, files) : { images: [], mask: undefined };
  const model = required(read.text('model'), 'model');
  const prompt = required(read.text('prompt'), 'prompt');
  if (prompt === '') {
    const message = "Invalid 'prompt': empty string. Expected a string with minimum length 1.";
    throw badParameter('prompt', 'string_below_min_length', message);
  }
  if (Array.from(prompt).length > promptLimit) {
    const message = `Invalid 'prompt': string too long. Expected a string with maximum length ${promptLimit}.`;
    throw badParameter('prompt', 'string_above_max_length', message);
  }
  if (!/^gpt-image-\d/.test(model)) throw modelUnknown(book.dialect, model);
  const format = read.choice('output_format', ['png', 'jpeg', 'webp']) ?? 'png';
  const compression = read.whole('output_compression', 0, 100);
  if (compression !== undefined && format === 'png') {
    const message = 'Compression is not supported for PNG output format';
    throw badParameter('output_compression', 'invalid_png_output_compression', message);
  }
  const background = read.choice('background', ['auto', 'opaque', 'transparent']) ?? 'auto';
  if (background === 'transparent' && !isOlderModel(model)) {
    throw badParameter('background', 'invalid_value', 'Transparent background is not supported for this model.');
  }
  if (background === 'transparent' && format === 'jpeg') {
    throw badParameter('background', 'invalid_value', "Transparent background is not supported for JPEG. Use 'png' or 'webp'.");
  }
  const fidelity = read.choice('input_fidelity', ['low', 'high']);
  if (fidelity !== undefined && !isOlderModel(model)) {
    const message = `The model '${model}' does not support the 'input_fidelity' parameter.`;
    throw badParameter('input_fidelity', 'invalid_input_fidelity_model', message);
  }
  read.choice('moderation', ['auto', 'low']);
  const stream = read.flag('stream') ?? false;
  const partialImages = read.whole('partial_images', 0, 3);
  if (partialImages !== undefined && !stream) {
    throw badParameter('partial_images', 'invalid_value', "'partial_images' is only allowed when 'stream' is true.");
  }
  return {
    endpoint,
    model,
    prompt,
    n: read.whole('n', 1, 10) ?? 1,
    size: judgeSize(model, read.text('size')),
    quality: read.choice('quality', ['auto', 'low', 'medium', 'high']) ?? 'auto',
    background,
    format,
    compression,
    responseFormat: read.choice('response_format', ['url', 'b64_json']),
    stream,
    partialImages: partialImages ?? 0,
    images,
    mask,
  };
}

function judgeSize(model: string, value: string | undefined): Size | 'auto' {
  if (value === undefined || value === 'auto') return 'auto';
  const match = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(value);
  const size = { width: Number(match?.[1]), height: Number(match?.[2]) };
  const trouble = match ? sizeTrouble(model, size) : "Expected 'WIDTHxHEIGHT' or 'auto'.";
  if (trouble !== undefined) throw badParameter('size', 'invalid_value', `Invalid size '${value}'. ${trouble}`);
  return size;
}

function judgeFiles({ dialect, imageField }: RuleBook, files: readonly FilePart[]): Pick<Ask, 'images' | 'mask'> {
  const single = dialect === 'openai' && files.filter(({ field }) => field === 'image').length === 1;
  const isImage = ({ field }: FilePart): boolean => field === imageField || (single && field === 'image');
  const images = files.filter(isImage);
  const masks = files.filter(({ field }) => field === 'mask');
  const stray = files.find((part) => !isImage(part) && part.field !== 'mask');
  if (stray?.field === 'image' && dialect === 'openai') {
    const message =
      "Duplicate parameter: 'image'. You provided multiple values for this parameter, whereas only one is allowed. " +
      "If you are trying to provide a list of values, use the array syntax instead e.g. 'image[]=<value>'.";
    throw badParameter('image', 'duplicate_parameter', message);
  }
  if (stray) throw unknownParameter(stray.field);
  if (images.length === 0) throw missing('image');
  if (images.length > 16) {
    const message = "Invalid 'image': array too long. Expected an array with maximum length 16.";
    throw badParameter('image', 'array_above_max_length', message);
  }
  if (masks.length > 1) throw badParameter('mask', 'duplicate_parameter', "Duplicate parameter: 'mask'.");
  for (const part of files) judgePart(part);
  const mask = masks[0];
  if (mask) judgeMask(mask, images[0]);
  return { images, mask };
}

function judgePart({ field, mime, size, header }: FilePart): void {
  const name = field.replace('[]', '');
  if (!mimes.has(mime)) {
    const message =
      `Invalid file '${name}': unsupported mimetype ('${mime}'). ` +
      "Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.";
    throw badParameter(name, 'unsupported_file_mimetype', message);
  }
  if (size >= pictureLimit) throw badParameter(name, 'file_too_large', `Invalid file '${name}': must be less than 50MB.`);
  if (!header || header.mime !== mime) {
    throw badParameter(name, 'invalid_image_file', `Invalid image file or mode for '${name}', please check your image file.`);
  }
}

function judgeMask({ size, header }: FilePart, first: FilePart | undefined): void {
  if (header?.mime !== 'image/png') throw badParameter('mask', 'invalid_mask_image_format', 'Invalid mask: must be a PNG.');
  if (size >= maskLimit) throw badParameter('mask', 'file_too_large', "Invalid file 'mask': must be less than 4MB.");
  if (!header.alpha) {
    const message = 'Invalid mask image format - mask image missing alpha channel';
    throw badParameter('mask', 'invalid_mask_image_format', message);
  }
  if (header.width !== first?.header?.width || header.height !== first.header.height) {
    throw badParameter('mask', 'invalid_image_size', 'Mask size does not match image size');
  }
}

function missing(name: string): Refusal {
  return badParameter(name, 'missing_required_parameter', `Missing required parameter: '${name}'.`);
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw missing(name);
  return value;
}

function unknownParameter(name: string): Refusal {
  return badParameter(name, 'unknown_parameter', `Unknown parameter: '${name}'.`);
}

/** What the service may be asked for as the finish of a picture; `auto` leaves it to the model. */
export const qualities = ['auto', 'low', 'medium', 'high'] as const;
export type Quality = (typeof qualities)[number];

export const backgrounds = ['auto', 'opaque', 'transparent'] as const;
export type Background = (typeof backgrounds)[number];

/** The file formats the Images API can be asked for (`output_format`). */
export const outputFormats = ['png', 'jpeg', 'webp'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** How closely an edit keeps to the pictures that it starts from (`input_fidelity`). */
export const inputFidelities = ['low', 'high'] as const;
export type InputFidelity = (typeof inputFidelities)[number];

/** How the service hands over pictures: as a link to fetch, or as base64 in the reply. */
export const responseFormats = ['auto', 'url', 'b64_json'] as const;
export type ResponseFormat = (typeof responseFormats)[number];

/**
 * What the user asks the service for. Names are the user's; the wire's names (`n`, `output_format`, …) are the client's
 * business. What is `undefined` is not sent.
 */
export interface ImageRequest {
  /** 1 to 32,000 characters. */
  readonly prompt: string;
  /** Any name: services add models faster than we release. */
  readonly model: string;
  /** `auto`, or `WIDTHxHEIGHT` in pixels. */
  readonly size: string;
  /** What `auto` comes to on an edit, as the user is shown it: `WIDTHxHEIGHT`. It is not sent; what comes is held against it. */
  readonly expected?: string;
  readonly quality: Quality;
  /** 1 to 10 pictures. */
  readonly count: number;
  readonly background?: Background;
  readonly format?: OutputFormat;
  /** 0 to 100; jpeg and webp only. */
  readonly compression?: number;
  readonly moderation?: 'auto' | 'low';
  /** Edits only, and not by every model; `high` costs more input tokens for each picture. The service's own default is `low`. */
  readonly inputFidelity?: InputFidelity;
  /** Asks for server-sent events; each of the 0 to 3 partial pictures costs 100 output tokens more. */
  readonly stream?: { readonly partialImages: number };
}

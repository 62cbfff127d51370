import type { Amount } from './price.ts';
import type { Background, InputFidelity, OutputFormat, Quality } from './request.ts';

/** One image that an edit started from, as its recipe names it. */
export interface RecipeReference {
  readonly role: 'image' | 'mask';
  /** Path inside the workspace, with `/`; the file's name alone where it lay outside. Never absolute. */
  readonly name: string;
  /** Of the file's bytes when it was sent, hex. */
  readonly sha256: string;
}

/** What made a picture: written into its file, so that it can be looked up, compared and made again. Holds no key and no absolute path. */
export interface Recipe {
  readonly version: 1;
  /** The job's id, and which of its pictures this is, from 1. */
  readonly job: string;
  readonly picture: number;
  readonly prompt: string;
  /** What the service made of the prompt, where it said so. */
  readonly revisedPrompt?: string;
  readonly model: string;
  /** As asked: `auto` or `WIDTHxHEIGHT`. */
  readonly size: string;
  readonly quality: Quality;
  readonly count: number;
  readonly background?: Background;
  readonly format?: OutputFormat;
  /** 0 to 100; jpeg and webp only. */
  readonly compression?: number;
  /** Of an edit: how closely it keeps to its images. */
  readonly inputFidelity?: InputFidelity;
  /** The edited image first; absent: made from the prompt alone. */
  readonly references?: readonly RecipeReference[];
  /** The profile's label, such as `OpenAI-HK`. */
  readonly service: string;
  /** ISO 8601, UTC: when the request was sent. */
  readonly date: string;
  /** What the whole job cost, all its pictures together. */
  readonly charge?: { readonly amount: Amount; readonly measured: boolean };
}

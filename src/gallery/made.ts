import * as z from 'zod/mini';
import type { ImageFormat, ImageHeader } from '../images/header.ts';
import type { Recipe } from '../images/recipe.ts';
import { backgrounds, inputFidelities, outputFormats, qualities } from '../images/request.ts';

/** One picture that was put into its place: a line of the log. */
export interface Made {
  readonly version: 1;
  /** URI of the file. */
  readonly uri: string;
  readonly header: ImageHeader;
  readonly bytes: number;
  /** Of the file's bytes, hex: an edit names its image by them, wherever that has been moved to. */
  readonly sha256?: string;
  /** What made it: its `job` groups the pictures of one request. */
  readonly recipe: Recipe;
  /** The id under which the bytes of the file that it took the place of are kept. */
  readonly replacement?: string;
}

const count = z.number().check(z.int(), z.nonnegative());
const formats = ['png', 'jpeg', 'webp', 'gif', 'avif', 'bmp', 'svg'] as const satisfies readonly ImageFormat[];
const headerShape = z.object({ format: z.enum(formats), width: count, height: count, alpha: z.boolean() });

const recipeShape = z.object({
  version: z.literal(1),
  job: z.string().check(z.minLength(1)),
  picture: z.number().check(z.int(), z.gte(1), z.lte(1000)),
  prompt: z.string(),
  revisedPrompt: z.optional(z.string()),
  model: z.string(),
  size: z.string(),
  quality: z.enum(qualities),
  count: z.number().check(z.int(), z.gte(1), z.lte(1000)),
  background: z.optional(z.enum(backgrounds)),
  format: z.optional(z.enum(outputFormats)),
  compression: z.optional(z.number().check(z.int(), z.gte(0), z.lte(100))),
  inputFidelity: z.optional(z.enum(inputFidelities)),
  references: z.optional(z.array(z.object({ role: z.enum(['image', 'mask']), name: z.string(), sha256: z.string() }))),
  service: z.string(),
  date: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
  charge: z.optional(z.object({ amount: z.object({ micros: count, unit: z.enum(['credits', 'USD']) }), measured: z.boolean() })),
});

const madeShape = z.object({
  version: z.literal(1),
  uri: z.string().check(z.minLength(1)),
  header: headerShape,
  bytes: count,
  sha256: z.optional(z.string()),
  recipe: recipeShape,
  replacement: z.optional(z.string()),
});

// What a schema gives may have members that are there and undefined, which what was JSON never has.
/** A line of the log; undefined: it is none that can be read. */
export const madeIn = (value: unknown): Made | undefined => madeShape.safeParse(value).data as Made | undefined;

/** What is kept of a file in the workspace that was looked into, so that the next start need not do it again. */
export interface FoundFile {
  /** Milliseconds, and bytes: as long as both are the same, so is the file. */
  readonly mtime: number;
  readonly size: number;
  /** Absent: it is no picture. */
  readonly header?: ImageHeader;
  /** Absent: it carries none. */
  readonly recipe?: Recipe;
}

const foundShape = z.object({ mtime: z.number(), size: count, header: z.optional(headerShape), recipe: z.optional(recipeShape) });

/** What was kept of a file; undefined: it cannot be read. */
export const foundIn = (value: unknown): FoundFile | undefined => foundShape.safeParse(value).data as FoundFile | undefined;

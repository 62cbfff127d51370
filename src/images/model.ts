import { backgrounds, qualities, type Background, type Quality } from './request.ts';
import { baseSizes, freeSizes, type SizeRule } from './size.ts';

/** The generations of models whose abilities and prices are known. */
export const modelFamilies = ['gpt-image-2', 'gpt-image-1.5', 'gpt-image-1'] as const;
export type ModelFamily = (typeof modelFamilies)[number];

/** Names to offer, the newest first. The model is free text all the same: services add names faster than we release. */
export const modelSuggestions: readonly string[] = modelFamilies;

/** What a model can do, as far as is known: what it cannot do is refused before it is paid for. */
export interface Model {
  /** As the user wrote it, and as it is sent. */
  readonly name: string;
  /** False: nothing is known of this name, so it is let do everything. */
  readonly known: boolean;
  readonly family?: ModelFamily;
  readonly sizes: SizeRule;
  readonly qualities: readonly Quality[];
  readonly backgrounds: readonly Background[];
  /** Whether an edit may ask to keep more of its references (`input_fidelity`). */
  readonly inputFidelity: boolean;
  readonly mask: boolean;
  readonly streaming: boolean;
  /** Most pictures of one request. */
  readonly maxCount: number;
  /** Most images of one edit. */
  readonly maxReferences: number;
}

const everything = {
  sizes: { kind: 'any' },
  qualities,
  backgrounds,
  inputFidelity: true,
  mask: true,
  streaming: true,
  maxCount: 10,
  maxReferences: 16,
} as const satisfies Omit<Model, 'name' | 'known'>;

const older = { ...everything, sizes: { kind: 'listed', sizes: baseSizes } } as const satisfies Partial<Model>;

const abilities: Readonly<Record<ModelFamily, Omit<Model, 'name' | 'known' | 'family'>>> = {
  // Transparency is in preview there and gateways refuse it; input_fidelity is refused outright.
  'gpt-image-2': { ...everything, sizes: freeSizes, backgrounds: ['auto', 'opaque'], inputFidelity: false },
  'gpt-image-1.5': older,
  'gpt-image-1': older,
};

/**
 * What the model of this name can do. A name belongs to a family when, without case and without what is before its last
 * `/` (`openai/gpt-image-1`), it is the family's name or goes on after it with a hyphen or `@` (`gpt-image-1-mini`,
 * `gpt-image-2-2026-04-20`). Any other name, also `gpt-image-2.5` or `gpt-image-20`, is unknown and may do everything.
 */
export function modelOf(name: string): Model {
  const family = familyOf(name);
  return family === undefined ? { name, known: false, ...everything } : { name, known: true, family, ...abilities[family] };
}

/** The family that a model's name belongs to, by the rule of {@link modelOf}. */
export function familyOf(name: string): ModelFamily | undefined {
  const bare = name.trim().toLowerCase().replace(/^.*\//su, '');
  return modelFamilies.find((family) => bare === family || bare.startsWith(`${family}-`) || bare.startsWith(`${family}@`));
}

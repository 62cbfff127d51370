import { randomUUID } from 'node:crypto';
import { Uri, type Memento } from 'vscode';
import * as z from 'zod/mini';
import type { MaskMend } from '../../images/mask.ts';
import { draftMembers, type Draft } from '../../protocol/panel.ts';
import { arranged } from '../ask/arrange.ts';
import { lastAnswers } from '../orders/memory.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestSettings } from '../settings.ts';
import { rootedText } from './target.ts';

/** A file in the composer; its id stays whatever becomes of it. */
export interface DraftReference extends OrderReference {
  readonly id: string;
}

/** What the user has put together. */
export interface Put {
  readonly draft: Draft;
  /** The images in their order, and after them the mask. */
  readonly references: readonly DraftReference[];
}

const slot = 'easel.panel.draft';

const plain: Draft = { prompt: '', style: '', model: 'gpt-image-2', size: 'auto', quality: 'auto', count: 1, format: 'auto', background: 'auto', fidelity: 'auto', partials: 0, folder: '', name: '', replace: false };

/** The members of `raw` that a draft can have; the others are as in `otherwise`. */
export function soundDraft(raw: unknown, otherwise: Draft): Draft {
  if (typeof raw !== 'object' || raw === null) return otherwise;
  const sound = Object.entries(draftMembers).flatMap(([name, schema]) => {
    const value = schema.safeParse((raw as Readonly<Record<string, unknown>>)[name]);
    return value.success && value.data !== undefined ? [[name, value.data]] : [];
  });
  return { ...otherwise, ...Object.fromEntries(sound) };
}

/** The settings' own draft, empty of anything to draw. */
export function settingsDraft(): Draft {
  const { model, size, quality, count, format, background, folder } = requestSettings();
  return soundDraft({ model, size, quality, count, format, background, folder: rootedText(folder) }, plain);
}

/** Where a draft begins: as the settings say, and as the last questions were answered. */
export function freshDraft(memory: Memento): Draft {
  const { size, quality } = lastAnswers(memory);
  return soundDraft({ size, quality }, settingsDraft());
}

const side = z.number().check(z.int(), z.gte(1), z.lte(100_000));
const mend = z.strictObject({ size: z.optional(z.strictObject({ width: side, height: side })), alpha: z.optional(z.enum(['from-white', 'from-black', 'invert'])) });
const storedReference = z.object({ id: z.string().check(z.minLength(1), z.maxLength(200)), uri: z.string(), role: z.enum(['image', 'mask']), mend: z.optional(mend) });

function referenceFrom(raw: unknown): readonly DraftReference[] {
  const stored = storedReference.safeParse(raw);
  if (!stored.success) return [];
  try {
    const { id, uri, role, mend: found } = stored.data;
    return [{ id, uri: Uri.parse(uri, true), role, ...(found && { mend: found as MaskMend }) }];
  } catch {
    return [];
  }
}

/** What was put together before the window was loaded anew, as far as it can be read; else a fresh beginning. */
export function readPut(memory: Memento): Put {
  const stored = memory.get<{ readonly draft?: unknown; readonly references?: unknown }>(slot);
  const references = Array.isArray(stored?.references) ? stored.references.flatMap(referenceFrom) : [];
  return { draft: soundDraft(stored?.draft, freshDraft(memory)), references: listed(references) };
}

export const writePut = async (memory: Memento, { draft, references }: Put): Promise<void> =>
  memory.update(slot, { draft, references: references.map(({ id, uri, role, mend }) => ({ id, uri: uri.toString(), role, ...(mend && { mend }) })) });

/**
 * The draft when other files are put in. That one image may be replaced says nothing of the next; and an edit follows its image, unless
 * the user has chosen a size.
 * @param fresh the draft as it would begin
 */
export function turned(draft: Draft, before: Put['references'], after: Put['references'], fresh: Draft): Draft {
  const [old, edited] = [before, after].map(([first]) => (first?.role === 'image' ? first.uri.toString() : undefined));
  if (old === edited) return draft;
  const size = old === undefined && draft.size === fresh.size ? 'auto' : edited === undefined && draft.size === 'auto' ? fresh.size : draft.size;
  return { ...draft, size, replace: false };
}

/** Far more than an edit takes, so that what is too many can be told. */
const mostReferences = 60;

/** A list as the rules have it, each file with the id that it had before. */
export function listed(list: readonly (OrderReference & { readonly id?: string })[], before: readonly DraftReference[] = []): readonly DraftReference[] {
  const ids = new Map(before.map(({ id, uri }) => [uri.toString(), id]));
  const mask = list.find(({ role }) => role === 'mask');
  const known = new Set<string>();
  return arranged(list).slice(0, mostReferences).flatMap(({ uri, role, mend, id }: OrderReference & { readonly id?: string }) => {
    const key = uri.toString();
    if (known.has(key) || (role === 'mask' && uri !== mask?.uri)) return [];
    known.add(key);
    return [{ id: id ?? ids.get(key) ?? randomUUID(), uri, role, ...(mend && { mend }) }];
  });
}

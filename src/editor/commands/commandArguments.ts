import { l10n, Uri, type CancellationToken } from 'vscode';
import * as z from 'zod/mini';
import { FailureError } from '../../images/failure.ts';
import { assetName, checkedName, nameFaultSentence } from '../../images/naming.ts';
import { backgrounds, inputFidelities, outputFormats, qualities } from '../../images/request.ts';
import type { Order, OrderTools } from '../orders/order.ts';
import { requestSettings } from '../settings.ts';
import { namedTarget } from '../orders/target.ts';
import { labelOf, siblingName } from '../orders/editName.ts';
import { editableSizes, editOrder } from '../orders/editOrder.ts';
import { formatInPlace, replaceFault } from '../files/inPlace.ts';
import type { OrderReference } from '../orders/references.ts';
import { requestFrom } from '../result.ts';

const uri = z.custom<Uri>((value) => value instanceof Uri);

/** What both commands take beside what is theirs alone. */
const common = {
  prompt: z.string(),
  model: z.optional(z.string().check(z.trim(), z.minLength(1))),
  size: z.optional(z.string()),
  quality: z.optional(z.enum(qualities)),
  count: z.optional(z.number()),
  folder: z.optional(z.union([z.string(), uri])),
  name: z.optional(z.string()),
  format: z.optional(z.enum(outputFormats)),
  background: z.optional(z.enum(backgrounds)),
  compression: z.optional(z.number()),
  moderation: z.optional(z.enum(['auto', 'low'])),
};

// Unknown members are refused: a misspelt one would be paid for and not honoured.
const generateSchema = z.strictObject(common);
const editSchema = z.strictObject({
  ...common,
  images: z.array(uri).check(z.minLength(1)),
  mask: z.optional(uri),
  inputFidelity: z.optional(z.enum(inputFidelities)),
  replace: z.optional(z.boolean()),
  exact: z.optional(z.boolean()),
});

const invalid = (reason: string): FailureError => new FailureError({ code: 'invalid-request', reason });

/** @throws {FailureError} `invalid-request`, naming the member that is wrong */
function parsed<T>(command: string, example: string, result: z.core.util.SafeParseResult<T>): T {
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
  throw invalid(
    where === ''
      ? l10n.t('{0} takes an object such as {1}.', command, example)
      : l10n.t('The argument "{0}" of {1} is missing, unknown or of the wrong kind. See the README for what it takes.', where, command),
  );
}

/**
 * Makes an order of what a caller passed to `easel.generate`; what it leaves open comes from the settings.
 * @throws {FailureError} `invalid-request`, naming the member that is wrong
 */
export function orderFrom(args: unknown): Order {
  const { prompt, folder, name, ...rest } = parsed('easel.generate', '{ "prompt": "…" }', generateSchema.safeParse(args));
  const target = namedTarget(folder);
  const settings = requestSettings(target);
  return {
    request: { ...requestFrom(prompt.trim(), settings), ...defined(rest) },
    responseFormat: settings.responseFormat,
    folder: target,
    name: goodName(name) ?? assetName(prompt),
  };
}

/**
 * The same for `easel.edit`: the result lies beside the edited image, and has its size, unless the caller says otherwise.
 * @throws {FailureError} `invalid-request`, naming the member that is wrong, or `file-unreadable` when the edited image cannot be looked at
 */
export async function editOrderFrom(args: unknown, tools: Pick<OrderTools, 'scratch' | 'pixels'>): Promise<Order> {
  const { prompt, folder, name, images, mask, replace = false, exact, ...rest } = parsed('easel.edit', '{ "images": [Uri], "prompt": "…" }', editSchema.safeParse(args));
  const [edited, ...others] = images;
  if (!edited) throw invalid(l10n.t('No image is named: give one or more files to start from.'));
  const target = folder === undefined ? namedTarget(Uri.joinPath(edited, '..')) : namedTarget(folder);
  if (replace) await checkReplace(edited, { ...rest, elsewhere: folder !== undefined || name !== undefined });
  const settings = requestSettings(target);
  const request = { ...requestFrom(prompt.trim(), settings), size: 'auto', ...defined(rest) };
  const first: OrderReference = { uri: edited, role: 'image' };
  const sizes = await editableSizes([first], request.model, tools);
  if (exact === true && !sizes.some(({ width, height }) => width > 0 && height > 0)) {
    throw invalid(l10n.t('{0} does not tell its size in pixels, so nothing can be brought to it: leave "exact" out.', labelOf(edited)));
  }
  const references = [...others.map((image): OrderReference => ({ uri: image, role: 'image' })), ...(mask ? [{ uri: mask, role: 'mask' as const }] : [])];
  return editOrder({ request, references: [first, ...references], images: sizes, folder: target, name: goodName(name) ?? siblingName(edited, 'edit'), replace, exact }, settings);
}

/** Whether a caller's edit can take the place of its image, with what else the caller asks for. */
async function checkReplace(edited: Uri, { count = 1, format, elsewhere }: { readonly count?: number | undefined; readonly format?: string | undefined; readonly elsewhere: boolean }): Promise<void> {
  const fault = await replaceFault(edited);
  if (fault !== undefined) throw invalid(fault);
  if (count !== 1) throw invalid(l10n.t('One picture takes the place of an image, not {0}: leave "count" or "replace" out.', count));
  if (elsewhere) throw invalid(l10n.t('What replaces an image has its folder and its name: leave "folder" and "name" out, or "replace".'));
  if (format !== undefined && format !== formatInPlace(edited)) throw invalid(l10n.t('A {0} file cannot replace {1}: leave "format" or "replace" out.', format.toUpperCase(), labelOf(edited)));
}

function goodName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const checked = checkedName(name);
  if ('fault' in checked) throw invalid(nameFaultSentence(checked.fault, l10n.t));
  return checked.name;
}

/** Without the members that are there but undefined, which would overwrite the settings'. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** The caller's cancellation token, if the second argument is one. */
export function cancellationFrom(token: unknown): CancellationToken | undefined {
  const looksLikeOne = typeof token === 'object' && token !== null && 'isCancellationRequested' in token && 'onCancellationRequested' in token;
  return looksLikeOne ? (token as CancellationToken) : undefined;
}

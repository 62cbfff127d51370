import { l10n, Uri, type CancellationToken } from 'vscode';
import * as z from 'zod/mini';
import { FailureError } from '../../images/failure.ts';
import { assetName, checkedName, nameFaultSentence } from '../../images/naming.ts';
import { backgrounds, outputFormats, qualities } from '../../images/request.ts';
import type { Order } from '../order.ts';
import { requestSettings } from '../settings.ts';
import { namedTarget } from '../target.ts';
import { requestFrom } from './generate.ts';

/** The argument of `easel.generate`. Unknown members are refused: a misspelt one would be paid for and not honoured. */
const argumentsSchema = z.strictObject({
  prompt: z.string(),
  model: z.optional(z.string().check(z.trim(), z.minLength(1))),
  size: z.optional(z.string()),
  quality: z.optional(z.enum(qualities)),
  count: z.optional(z.number()),
  folder: z.optional(z.union([z.string(), z.custom<Uri>((value) => value instanceof Uri)])),
  name: z.optional(z.string()),
  format: z.optional(z.enum(outputFormats)),
  background: z.optional(z.enum(backgrounds)),
  compression: z.optional(z.number()),
  moderation: z.optional(z.enum(['auto', 'low'])),
});

/** What a program may pass to `easel.generate`. */
export type GenerateArguments = z.infer<typeof argumentsSchema>;

const invalid = (reason: string): FailureError => new FailureError({ code: 'invalid-request', reason });

/**
 * Makes an order of what a caller passed; what it leaves open comes from the settings.
 * @throws {FailureError} `invalid-request`, naming the member that is wrong
 */
export function orderFrom(args: unknown): Order {
  const parsed = argumentsSchema.safeParse(args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
    throw invalid(where === '' ? l10n.t('easel.generate takes an object such as {0}.', '{ "prompt": "…" }') : l10n.t('The argument "{0}" of easel.generate is missing, unknown or of the wrong kind. See the README for what it takes.', where));
  }
  const { prompt, folder, name, ...rest } = parsed.data;
  const target = namedTarget(folder);
  const settings = requestSettings(target);
  const named = name === undefined ? undefined : checkedName(name);
  if (named && 'fault' in named) throw invalid(nameFaultSentence(named.fault, l10n.t));
  return {
    request: { ...requestFrom(prompt.trim(), settings), ...defined(rest) },
    responseFormat: settings.responseFormat,
    folder: target,
    name: named?.name ?? assetName(prompt),
  };
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

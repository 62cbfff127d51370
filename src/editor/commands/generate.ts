import { Uri, l10n } from 'vscode';
import { FailureError, failureSentence, type FailureCode } from '../../images/failure.ts';
import { assetName } from '../../images/naming.ts';
import type { Usage, Unit } from '../../images/price.ts';
import type { ImageFormat } from '../../images/format.ts';
import type { ImageRequest } from '../../images/request.ts';
import { ratesFor } from '../../api/profiles.ts';
import type { JobResult } from '../../jobs/job.ts';
import { askRequest } from '../ask/request.ts';
import { fulfil, type Order } from '../order.ts';
import { haveKey, placeOrder, remediesFor } from '../placeOrder.ts';
import { failureOf, notesOf, showFailure } from '../present.ts';
import { requestSettings } from '../settings.ts';
import { chosenTarget } from '../target.ts';
import type { CommandTools } from './easelCommands.ts';
import { lastAnswers, rememberAnswers } from '../memory.ts';

/** What `easel.generate` resolves to for a caller that named its request. */
export interface GenerateResult {
  readonly assets: readonly { readonly uri: Uri; readonly width: number; readonly height: number; readonly format: ImageFormat; readonly bytes: number }[];
  readonly charge: { readonly amount: number; readonly unit: Unit; readonly measured: boolean; readonly usage?: Usage };
  readonly notes: readonly string[];
}

/** What it rejects with: `message` is one sentence for a person, `code` is for the program. */
export class GenerateError extends Error {
  override readonly name = 'EaselError';
  readonly code: FailureCode;

  constructor(cause: unknown) {
    const failure = failureOf(cause);
    super(failureSentence(failure, l10n.t), { cause });
    this.code = failure.code;
  }
}

/** The request that the settings make of a prompt. What stands on `auto` is not sent. */
export function requestFrom(prompt: string, settings: ReturnType<typeof requestSettings>): ImageRequest {
  const { model, size, quality, count, format, background, moderation, stream } = settings;
  return {
    prompt,
    model,
    size,
    quality,
    count,
    ...(format !== 'auto' && { format }),
    ...(background !== 'auto' && { background }),
    ...(moderation !== 'auto' && { moderation }),
    ...(stream && { stream: { partialImages: 0 } }),
  };
}

const resultOf = (result: JobResult): GenerateResult => ({
  assets: result.assets.map(({ uri, picture: { header, bytes } }) => ({ uri: Uri.parse(uri), width: header.width, height: header.height, format: header.format, bytes })),
  charge: {
    amount: result.charge.amount.micros / 1e6,
    unit: result.charge.amount.unit,
    measured: result.charge.measured,
    ...(result.charge.usage && { usage: result.charge.usage }),
  },
  notes: notesOf(result),
});

/** Asks for the request and places it. */
async function askAndPlace(tools: CommandTools, clicked: Uri | undefined): Promise<GenerateResult | undefined> {
  const askAnew = (): Promise<unknown> => askAndPlace(tools, clicked);
  const { workspaceState } = tools.memory;
  try {
    const service = tools.services.current();
    if (!(await haveKey(service, tools))) return undefined;
    const folder = await chosenTarget(clicked);
    if (!folder) return undefined;
    const settings = requestSettings(folder);
    const base = requestFrom('', settings);
    const answers = await askRequest(base, lastAnswers(workspaceState), ratesFor(service.profile, base.model), l10n.t('Generate Image'));
    if (!answers) return undefined;
    await rememberAnswers(workspaceState, answers);
    const order: Order = { request: { ...base, ...answers }, responseFormat: settings.responseFormat, folder, name: assetName(answers.prompt) };
    const result = await placeOrder(order, tools, workspaceState, askAnew);
    return result && resultOf(result);
  } catch (error) {
    // Not awaited: the command has ended, the message may stay as long as its reader likes.
    void showFailure(failureOf(error), remediesFor(tools, { retry: askAnew, askAnew })).catch((shown: unknown) => tools.log.error(String(shown)));
    return undefined;
  }
}

/** Places the order of a caller that cannot be asked. */
async function generateFor(tools: CommandTools, args: unknown, token: unknown): Promise<GenerateResult> {
  try {
    const { orderFrom, cancellationFrom } = await import('./generateArguments.ts');
    const result = await fulfil(orderFrom(args), tools, cancellationFrom(token), () => undefined);
    const [trouble] = result.troubles;
    if (result.assets.length === 0 && trouble) throw new FailureError(trouble);
    return resultOf(result);
  } catch (error) {
    throw new GenerateError(error);
  }
}

/**
 * `Easel: Generate Image…`. Without arguments it asks, and never rejects. With an object it is an API: it asks and shows
 * nothing, resolves to a {@link GenerateResult} or rejects with a {@link GenerateError}.
 */
export async function generate(tools: CommandTools, first?: unknown, second?: unknown): Promise<GenerateResult | undefined> {
  // Menus of the editor's title pass the file on that is open there: it says nothing about the request.
  return first === undefined || first instanceof Uri ? askAndPlace(tools, undefined) : generateFor(tools, first, second);
}

/** `Generate Image Here…` on a folder (or file) in the Explorer. */
export async function generateHere(tools: CommandTools, clicked?: unknown): Promise<GenerateResult | undefined> {
  return askAndPlace(tools, clicked instanceof Uri ? clicked : undefined);
}

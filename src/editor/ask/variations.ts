import { l10n, type QuickPickItem } from 'vscode';
import { judgeRequest, requestFaultSentence } from '../../images/judge.ts';
import { modelOf } from '../../images/model.ts';
import type { ImageRequest } from '../../images/request.ts';
import type { Pricing } from '../show/cost.ts';
import { costText, type Subject } from './request.ts';
import { askAll, askPick, askText, type Question } from './steps.ts';
import { qualityText, sizeText } from './words.ts';

/** What the questions about variations settle. */
export interface VariationAnswers {
  readonly count: number;
  /** What may vary, in the user's words; may be empty. */
  readonly hint: string;
}

/** Asks how many variations of an image shall be made, and what may vary. Resolves to undefined when the user leaves. */
export function askVariations(base: ImageRequest, promptFor: (hint: string) => string, pricing: Pricing, { title, images }: Subject): Promise<VariationAnswers | undefined> {
  const model = modelOf(base.model);
  const cost = (count: number): string => costText({ ...base, count, prompt: promptFor('') }, images, pricing);

  const askCount: Question<VariationAnswers> = async ({ count: before = 2 }, place) => {
    const items: readonly (QuickPickItem & { readonly count?: number })[] = [
      ...[2, 3, 4].map((count) => ({ count, label: l10n.t('{0} variations', count), description: cost(count) })),
      { label: l10n.t('Another number…'), description: l10n.t('from 1 to {0}', model.maxCount) },
    ];
    for (;;) {
      const end = await askPick({ title, ...place }, { placeholder: l10n.t('How many variations?'), itemsFor: () => items, active: ({ count }) => count === before });
      if (end.kind !== 'answer') return end;
      const { count } = end.value;
      if (count !== undefined) return { kind: 'answer', value: { count } };
      const other = await askNumber(place);
      if (other.kind !== 'back') return other;
    }
  };

  const askNumber = async (place: Parameters<typeof askCount>[1]): ReturnType<typeof askCount> => {
    const fault = (typed: string): string | undefined => {
      const wrong = judgeRequest({ ...base, prompt: promptFor(''), size: 'auto', count: numberOf(typed) }, model).find(({ code }) => code === 'count');
      return wrong && l10n.t('Type a whole number from 1 to {0}.', model.maxCount);
    };
    const end = await askText(
      { title, ...place },
      {
        value: '',
        placeholder: l10n.t('How many variations, from 1 to {0}?', model.maxCount),
        prompt: (typed) => (fault(typed) === undefined ? l10n.t('About {0}.', cost(numberOf(typed))) : l10n.t('Press Escape to leave.')),
        judge: fault,
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { count: numberOf(end.value) } } : end;
  };

  const askHint: Question<VariationAnswers> = async ({ count = 2, hint = '' }, place) => {
    const end = await askText(
      { title, ...place },
      {
        value: hint,
        placeholder: l10n.t('What may vary? Such as colours, pose, time of day. Enter alone leaves it to the model.'),
        prompt: () => l10n.t('About {0} · {1} · {2} · quality: {3}', cost(count), base.model, sizeText(base.size), qualityText(base.quality)),
        judge: (typed) => {
          const fault = judgeRequest({ ...base, size: 'auto', prompt: promptFor(typed.trim()) }, model).find(({ code }) => code === 'prompt-too-long');
          return fault && requestFaultSentence(fault, l10n.t);
        },
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { hint: end.value.trim() } } : end;
  };

  return askAll<VariationAnswers>(() => [askCount, askHint], {});
}

/** `NaN` for what is no whole number. */
const numberOf = (typed: string): number => (/^\s*\d{1,3}\s*$/.test(typed.normalize('NFKC')) ? Number(typed.normalize('NFKC')) : Number.NaN);

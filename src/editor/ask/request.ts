import { l10n, type QuickPickItem } from 'vscode';
import { modelOf } from '../../images/model.ts';
import { judgeRequest, requestFaultSentence } from '../../images/judge.ts';
import type { ImageRequest, Quality } from '../../images/request.ts';
import { formatSize, judgeSize, parseSize, sizeFaultSentence, type Size } from '../../images/size.ts';
import { costOf, type Pricing } from '../show/cost.ts';
import { estimateIn, samplesIn } from '../show/money.ts';
import { sizeItems, typedSizeItem, type SizeItem } from './sizeItems.ts';
import { askAll, askPick, askText, type Question } from './steps.ts';
import { qualityText, sizeText } from './words.ts';

/** What the three questions settle; the rest of the request comes from the settings. */
export interface Answers {
  readonly prompt: string;
  readonly size: string;
  readonly quality: Quality;
}

const qualityDetail: Readonly<Record<Quality, () => string>> = {
  low: () => l10n.t('Quick and cheap: drafts and placeholders'),
  medium: () => l10n.t('Good for most assets'),
  high: () => l10n.t('Finest detail, slowest and dearest'),
  auto: () => l10n.t('The model chooses, and with it the price'),
};

/** What the questions are about. */
export interface Subject {
  readonly title: string;
  /** The edit's images, the edited one first; empty for a picture that is made from the prompt alone. */
  readonly images: readonly Size[];
}

/**
 * Asks for prompt, size and quality, each starting from what `last` says and each showing what the request would cost.
 * @param base the rest of the request, for judging and for the estimate
 * @returns undefined when the user leaves
 */
export const askRequest = (base: ImageRequest, last: Partial<Answers>, pricing: Pricing, subject: Subject): Promise<Answers | undefined> =>
  askAll<Answers>(() => requestQuestions(base, last, pricing, () => subject), {});

/** What a request would cost, in words. */
export const costText = (request: ImageRequest, images: readonly Size[], pricing: Pricing): string => estimateIn(costOf(request, images, pricing));

/** After something else: how many calls that were measured an estimate goes by; nothing where there are none. */
function andSamples(request: ImageRequest, images: readonly Size[], pricing: Pricing): string {
  const samples = samplesIn(costOf(request, images, pricing));
  return samples === undefined ? '' : ` · ${samples}`;
}

/** The questions of {@link askRequest}, to be asked among others. `subject` is asked anew each time, for earlier questions may change it. */
export function requestQuestions(base: ImageRequest, last: Partial<Answers>, pricing: Pricing, subject: () => Subject): readonly Question<Answers>[] {
  const model = modelOf(base.model);
  const cost = (answers: Partial<Answers>): string => costText({ ...base, ...last, ...answers }, subject().images, pricing);
  const samples = (answers: Partial<Answers>): string => andSamples({ ...base, ...last, ...answers }, subject().images, pricing);

  const askPrompt: Question<Answers> = async (answers, place) => {
    const { title, images } = subject();
    const end = await askText(
      { title, ...place },
      {
        value: answers.prompt ?? last.prompt ?? '',
        placeholder: images.length > 0 ? l10n.t('What should change?') : l10n.t('What should the picture show?'),
        prompt: (prompt) => {
          const { size, quality } = { ...base, ...last, ...answers };
          return `${l10n.t('About {0} · {1} · {2} · quality: {3}', cost({ ...answers, prompt }), base.model, sizeText(size), qualityText(quality))}${samples(answers)}`;
        },
        judge: (prompt) => {
          const fault = judgeRequest({ ...base, size: 'auto', prompt: prompt.trim() }, model).find(({ code }) => code.startsWith('prompt'));
          return fault && requestFaultSentence(fault, l10n.t);
        },
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { prompt: end.value.trim() } } : end;
  };

  const askSize: Question<Answers> = async (answers, place) => {
    const { title, images } = subject();
    const current = answers.size ?? last.size ?? base.size;
    const costOf = (size: string): string => cost({ ...answers, size });
    const listed = sizeItems({ current, last: last.size, image: images[0] }, model, costOf);
    for (;;) {
      const end = await askPick<SizeItem>(
        { title, ...place },
        {
          placeholder: l10n.t('Size: pick one, or type any, such as 1200x640'),
          itemsFor: (typed) => {
            const item = typedSizeItem(typed, model, costOf);
            return item ? [item, ...listed] : listed;
          },
          active: ({ value }) => value === current,
        },
      );
      if (end.kind !== 'answer') return end;
      if (end.value.value !== undefined) return { kind: 'answer', value: { size: end.value.value } };
      const custom = await askCustomSize(answers, place);
      if (custom.kind !== 'back') return custom;
    }
  };

  const askCustomSize: Question<Answers> = async (answers, place) => {
    const end = await askText(
      { title: subject().title, ...place },
      {
        value: '',
        placeholder: l10n.t('Width × height in pixels, such as 1200x640'),
        prompt: (typed) => {
          const size = canonical(typed);
          return size === undefined || judgeSize(size, model.sizes) ? l10n.t('Press Escape to leave, Back for the list.') : `${l10n.t('About {0}.', cost({ ...answers, size }))}${samples({ ...answers, size })}`;
        },
        judge: (typed) => {
          const fault = judgeSize(typed, model.sizes);
          return fault && sizeFaultSentence(fault, l10n.t);
        },
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { size: canonical(end.value) ?? 'auto' } } : end;
  };

  const askQuality: Question<Answers> = async (answers, place) => {
    const current = answers.quality ?? last.quality ?? base.quality;
    const items = (['low', 'medium', 'high', 'auto'] as const).map((value) => ({
      value,
      label: qualityText(value),
      description: cost({ ...answers, quality: value }),
      detail: `${qualityDetail[value]()}${samples({ ...answers, quality: value })}`,
    }));
    const end = await askPick<QuickPickItem & { readonly value: Quality }>(
      { title: subject().title, ...place },
      {
        placeholder: place.step === place.steps ? l10n.t('Quality: the picture is made when you choose') : l10n.t('Quality: pick one'),
        itemsFor: () => items,
        active: ({ value }) => value === current,
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { quality: end.value.value } } : end;
  };

  return [askPrompt, askSize, askQuality];
}

/** `1024 X 768` → `1024x768`; undefined where it is no size. */
function canonical(typed: string): string | undefined {
  const size = parseSize(typed);
  return size === undefined || size === 'auto' ? size : formatSize(size.width, size.height);
}

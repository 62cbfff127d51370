import { env, l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import { modelOf, type Model } from '../../images/model.ts';
import { estimate, estimateText, type Rates } from '../../images/price.ts';
import { judgeRequest, requestFaultSentence } from '../../images/judge.ts';
import type { ImageRequest, Quality } from '../../images/request.ts';
import { formatSize, judgeSize, nearestSize, parseSize, sizeFaultSentence, sizeRuleSentence, sizeTable, type Size, type SizeRow } from '../../images/size.ts';
import { askAll, askPick, askText, type Place, type StepEnd } from './steps.ts';

/** What the three questions settle; the rest of the request comes from the settings. */
export interface Answers {
  readonly prompt: string;
  readonly size: string;
  readonly quality: Quality;
}

type Asked = Pick<Place, 'step' | 'steps'>;
type Item<T> = QuickPickItem & { readonly value?: T };

/** Names of the ratios as the customer's table has them, in the user's language. */
const ratioNames: Readonly<Record<string, () => string>> = {
  Square: () => l10n.t('Square'),
  Widescreen: () => l10n.t('Widescreen'),
  Story: () => l10n.t('Story'),
  Print: () => l10n.t('Print'),
  Feed: () => l10n.t('Feed'),
  Classic: () => l10n.t('Classic'),
  Vertical: () => l10n.t('Vertical'),
  Photo: () => l10n.t('Photo'),
  Portrait: () => l10n.t('Portrait'),
  Exclusive: () => l10n.t('Exclusive'),
};

export const sizeText = (size: string): string => (size === 'auto' ? l10n.t('Automatic') : size.replace('x', ' × '));

export function qualityText(quality: Quality): string {
  switch (quality) {
    case 'auto':
      return l10n.t('Automatic');
    case 'low':
      return l10n.t('Low');
    case 'medium':
      return l10n.t('Medium');
    case 'high':
      return l10n.t('High');
  }
}

const qualityDetail: Readonly<Record<Quality, () => string>> = {
  low: () => l10n.t('Quick and cheap: drafts and placeholders'),
  medium: () => l10n.t('Good for most assets'),
  high: () => l10n.t('Finest detail, slowest and dearest'),
  auto: () => l10n.t('The model chooses, and with it the price'),
};

const separator = <T>(label: string): Item<T> => ({ label, kind: QuickPickItemKind.Separator });

/** The sizes that are listed before any search: what a model draws best, and what UI work asks for most. */
const recommended = ['1024x1024', '1280x720', '720x1280', '1344x576'];

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
export function askRequest(base: ImageRequest, last: Partial<Answers>, rates: Rates, { title, images }: Subject): Promise<Answers | undefined> {
  const model = modelOf(base.model);
  const references = images.length > 0 ? { references: images } : {};
  const cost = (answers: Partial<Answers>): string => estimateText(estimate({ ...base, ...last, ...answers, ...references }, rates), l10n.t, env.language);

  const askPrompt = async (answers: Partial<Answers>, place: Asked): Promise<StepEnd<Partial<Answers>>> => {
    const end = await askText(
      { title, ...place },
      {
        value: answers.prompt ?? last.prompt ?? '',
        placeholder: images.length > 0 ? l10n.t('What should change?') : l10n.t('What should the picture show?'),
        prompt: (prompt) => {
          const { size, quality } = { ...base, ...last, ...answers };
          return l10n.t('About {0} · {1} · {2} · quality: {3}', cost({ ...answers, prompt }), base.model, sizeText(size), qualityText(quality));
        },
        judge: (prompt) => {
          const fault = judgeRequest({ ...base, size: 'auto', prompt: prompt.trim() }, model).find(({ code }) => code.startsWith('prompt'));
          return fault && requestFaultSentence(fault, l10n.t);
        },
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { prompt: end.value.trim() } } : end;
  };

  const askSize = async (answers: Partial<Answers>, place: Asked): Promise<StepEnd<Partial<Answers>>> => {
    const current = answers.size ?? last.size ?? base.size;
    const costOf = (size: string): string => cost({ ...answers, size });
    const listed = [...likeImage(images[0], model, costOf), ...sizeItems({ current, last: last.size, auto: images.length > 0 ? l10n.t('follows the image') : l10n.t('the model chooses') }, model, costOf)];
    for (;;) {
      const end = await askPick<Item<string>>(
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

  const askCustomSize = async (answers: Partial<Answers>, place: Asked): Promise<StepEnd<Partial<Answers>>> => {
    const end = await askText(
      { title, ...place },
      {
        value: '',
        placeholder: l10n.t('Width × height in pixels, such as 1200x640'),
        prompt: (typed) => {
          const size = canonical(typed);
          return size === undefined || judgeSize(size, model.sizes) ? l10n.t('Press Escape to leave, Back for the list.') : l10n.t('About {0}.', cost({ ...answers, size }));
        },
        judge: (typed) => {
          const fault = judgeSize(typed, model.sizes);
          return fault && sizeFaultSentence(fault, l10n.t);
        },
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { size: canonical(end.value) ?? 'auto' } } : end;
  };

  const askQuality = async (answers: Partial<Answers>, place: Asked): Promise<StepEnd<Partial<Answers>>> => {
    const current = answers.quality ?? last.quality ?? base.quality;
    const items = (['low', 'medium', 'high', 'auto'] as const).map((value) => ({
      value,
      label: qualityText(value),
      description: cost({ ...answers, quality: value }),
      detail: qualityDetail[value](),
    }));
    const end = await askPick<Item<Quality>>(
      { title, ...place },
      {
        placeholder: l10n.t('Quality: the picture is made when you choose'),
        itemsFor: () => items,
        active: ({ value }) => value === current,
      },
    );
    return end.kind === 'answer' ? { kind: 'answer', value: { quality: end.value.value ?? current } } : end;
  };

  return askAll<Answers>([askPrompt, askSize, askQuality], {});
}

/** `1024 X 768` → `1024x768`; undefined where it is no size. */
function canonical(typed: string): string | undefined {
  const size = parseSize(typed);
  return size === undefined || size === 'auto' ? size : formatSize(size.width, size.height);
}

const sizeItem = (size: string, about: string, cost: (size: string) => string): Item<string> => ({
  value: size,
  label: sizeText(size),
  // The cost first: a narrow window cuts the end.
  description: about === '' ? cost(size) : `${cost(size)} · ${about}`,
});

/** The size that comes nearest to the edited image's own. */
function likeImage(image: Size | undefined, model: Model, cost: (size: string) => string): readonly Item<string>[] {
  if (!image || image.width <= 0 || image.height <= 0) return [];
  const { width, height } = nearestSize(image.width, image.height, model.sizes);
  const same = width === image.width && height === image.height;
  const about = same ? l10n.t('the image\'s own') : l10n.t('nearest to the image, {0}', sizeText(formatSize(image.width, image.height)));
  return [separator(l10n.t('Like the image')), sizeItem(formatSize(width, height), about, cost)];
}

/** What is typed, if it is a size: as it is, or the nearest that the model draws, with the rule that it breaks. */
function typedSizeItem(typed: string, model: Model, cost: (size: string) => string): Item<string> | undefined {
  const wanted = parseSize(typed);
  if (wanted === undefined || wanted === 'auto') return undefined;
  const size = formatSize(wanted.width, wanted.height);
  const fault = judgeSize(size, model.sizes);
  const nearest = nearestSize(wanted.width, wanted.height, model.sizes);
  const use = fault ? formatSize(nearest.width, nearest.height) : size;
  // Shown whatever the list's own filter thinks of what was typed.
  return { ...sizeItem(use, fault ? l10n.t('nearest to {0}', sizeText(size)) : l10n.t('as typed'), cost), ...(fault && { detail: sizeRuleSentence(fault, l10n.t) }), alwaysShow: true };
}

function sizeItems({ current, last, auto }: { readonly current: string; readonly last: string | undefined; readonly auto: string }, model: Model, cost: (size: string) => string): readonly Item<string>[] {
  const rows = sizeTable.filter(({ size }) => judgeSize(size, model.sizes) === undefined);
  const rowOf = (size: string): SizeRow | undefined => sizeTable.find((row) => row.size === size);
  const about = (row: SizeRow): string => `${row.ratio} ${ratioNames[row.name]?.() ?? row.name} · ${row.k}`;
  const top = [current, ...recommended].filter((size, index, all) => all.indexOf(size) === index && size !== 'auto' && judgeSize(size, model.sizes) === undefined);
  const listed = model.sizes.kind === 'listed' ? model.sizes.sizes.map(({ width, height }) => formatSize(width, height)) : [];
  const first = listed.length > 0 ? listed : top;
  const items: Item<string>[] = [
    separator(l10n.t('Recommended')),
    ...first.map((size) => {
      const row = rowOf(size);
      return sizeItem(size, [...(row ? [about(row)] : []), ...(size === last ? [l10n.t('last used')] : [])].join(' · '), cost);
    }),
    sizeItem('auto', auto, cost),
    { label: l10n.t('Custom…'), description: l10n.t('any width and height'), alwaysShow: true },
  ];
  for (const k of ['1K', '2K', '4K'] as const) {
    const more = rows.filter((row) => row.k === k && !first.includes(row.size));
    if (more.length > 0) items.push(separator(k), ...more.map((row) => sizeItem(row.size, about(row), cost)));
  }
  return items;
}

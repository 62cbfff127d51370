import { l10n, QuickPickItemKind, type QuickPickItem } from 'vscode';
import type { Model } from '../../images/model.ts';
import { followedSize } from '../../images/follow.ts';
import { formatSize, judgeSize, nearestSize, parseSize, sizeRuleSentence, sizeTable, type Size, type SizeRow } from '../../images/size.ts';
import { sizeText } from './words.ts';

/** A size to pick; without a value: any other. */
export type SizeItem = QuickPickItem & { readonly value?: string };

/** What a request of this size would cost, in words. */
type CostOf = (size: string) => string;

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

const separator = (label: string): SizeItem => ({ label, kind: QuickPickItemKind.Separator });

/** The sizes that are listed before any search: what a model draws best, and what UI work asks for most. */
const recommended = ['1024x1024', '1280x720', '720x1280', '1344x576'];

const sizeItem = (size: string, about: string, cost: CostOf): SizeItem => ({
  value: size,
  label: sizeText(size),
  // The cost first: a narrow window cuts the end.
  description: about === '' ? cost(size) : `${cost(size)} · ${about}`,
});

/** What an automatic size of an edit comes to, and why that is not the image's own. */
export function likeImage(image: Size, model: Model, cost: CostOf): readonly SizeItem[] {
  const { size, drawn, fault } = followedSize(image, model);
  const about = drawn === undefined ? l10n.t('follows the image') : l10n.t('follows the image, {0}', sizeText(drawn));
  return [separator(l10n.t('Like the image')), { ...sizeItem('auto', about, () => cost(size)), ...(fault && { detail: sizeRuleSentence(fault, l10n.t) }) }];
}

/** What is typed, if it is a size: as it is, or the nearest that the model draws, with the rule that it breaks. */
export function typedSizeItem(typed: string, model: Model, cost: CostOf): SizeItem | undefined {
  const wanted = parseSize(typed);
  if (wanted === undefined || wanted === 'auto') return undefined;
  const size = formatSize(wanted.width, wanted.height);
  const fault = judgeSize(size, model.sizes);
  const nearest = nearestSize(wanted.width, wanted.height, model.sizes);
  const use = fault ? formatSize(nearest.width, nearest.height) : size;
  // Shown whatever the list's own filter thinks of what was typed.
  return { ...sizeItem(use, fault ? l10n.t('nearest to {0}', sizeText(size)) : l10n.t('as typed'), cost), ...(fault && { detail: sizeRuleSentence(fault, l10n.t) }), alwaysShow: true };
}

/** The sizes to choose from; the image's own come first, and `auto` with them, where there is an image. */
export function sizeItems(
  { current, last, image }: { readonly current: string; readonly last: string | undefined; readonly image: Size | undefined },
  model: Model,
  cost: CostOf,
): readonly SizeItem[] {
  const rows = sizeTable.filter(({ size }) => judgeSize(size, model.sizes) === undefined);
  const rowOf = (size: string): SizeRow | undefined => sizeTable.find((row) => row.size === size);
  const about = (row: SizeRow): string => `${row.ratio} ${ratioNames[row.name]?.() ?? row.name} · ${row.k}`;
  const top = [current, ...recommended].filter((size, index, all) => all.indexOf(size) === index && size !== 'auto' && judgeSize(size, model.sizes) === undefined);
  const listed = model.sizes.kind === 'listed' ? model.sizes.sizes.map(({ width, height }) => formatSize(width, height)) : [];
  const first = listed.length > 0 ? listed : top;
  const items: SizeItem[] = [
    ...(image ? likeImage(image, model, cost) : []),
    separator(l10n.t('Recommended')),
    ...first.map((size) => {
      const row = rowOf(size);
      return sizeItem(size, [...(row ? [about(row)] : []), ...(size === last ? [l10n.t('last used')] : [])].join(' · '), cost);
    }),
    ...(image ? [] : [sizeItem('auto', l10n.t('the model chooses'), cost)]),
    { label: l10n.t('Custom…'), description: l10n.t('any width and height'), alwaysShow: true },
  ];
  for (const k of ['1K', '2K', '4K'] as const) {
    const more = rows.filter((row) => row.k === k && !first.includes(row.size));
    if (more.length > 0) items.push(separator(k), ...more.map((row) => sizeItem(row.size, about(row), cost)));
  }
  return items;
}

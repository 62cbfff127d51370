import { l10n } from 'vscode';
import type { ImageRequest } from '../../images/request.ts';
import { labelOf } from '../orders/editName.ts';
import { replaceFault } from '../files/inPlace.ts';
import type { Order } from '../orders/order.ts';
import type { OrderReference } from '../orders/references.ts';
import type { Pricing } from '../show/cost.ts';
import type { Look } from './look.ts';
import { costText, requestQuestions, type Answers } from './request.ts';
import { askRoles, type Arrangement } from './roles.ts';
import { askAll, type Question } from './steps.ts';
import { askWhereTo, type Way } from './whereTo.ts';

/** What the questions of an edit settle. */
export interface EditAnswers extends Answers {
  /** Whether the result takes the edited image's place. */
  readonly replace: boolean;
}

const titleOf = (list: readonly OrderReference[]): string => {
  const label = list[0] ? labelOf(list[0].uri) : '';
  return list.length > 1 ? l10n.t('Edit {0} with References', label) : l10n.t('Edit {0}', label);
};

/** How the files are looked at, and what order comes of what was answered. */
export interface EditTools {
  /** Absent: the user is not asked which file is what. */
  readonly look: ((list: readonly OrderReference[]) => Promise<Look>) | undefined;
  readonly orderOf: (answers: EditAnswers & Arrangement) => Order;
}

/**
 * Asks for an edit: which file is what; prompt, size and quality; and where the result goes, where the edited image can be replaced.
 * @returns undefined when the user leaves
 */
export async function askEdit(
  base: ImageRequest,
  last: Partial<Answers>,
  pricing: Pricing,
  given: Arrangement,
  { look, orderOf }: EditTools,
): Promise<(EditAnswers & Arrangement) | undefined> {
  let chosen = given;
  let replaceable = false;
  const judge = async (): Promise<void> => {
    const edited = chosen.references[0];
    replaceable = edited !== undefined && (await replaceFault(edited.uri)) === undefined;
  };

  const roles: Question<EditAnswers> = async (_answers, place) => {
    const end = await askRoles(place, chosen.references, { titleOf, look: look ?? (() => Promise.reject(new Error('nothing to look at'))) });
    if (end.kind !== 'answer') return end;
    chosen = end.value;
    await judge();
    return { kind: 'answer', value: {} };
  };

  const whereTo: Question<EditAnswers> = async (answers, place) => {
    const way = (replace: boolean): Way => {
      const order = orderOf({ prompt: '', size: 'auto', quality: base.quality, ...last, ...answers, replace, ...chosen });
      return { order, cost: costText(order.request, chosen.images, pricing) };
    };
    return askWhereTo({ title: titleOf(chosen.references), ...place }, { beside: way(false), replace: way(true) });
  };

  await judge();
  const questions = (): readonly Question<EditAnswers>[] => [
    ...(look ? [roles] : []),
    ...requestQuestions(base, last, pricing, () => ({ title: titleOf(chosen.references), images: chosen.images })),
    ...(replaceable ? [whereTo] : []),
  ];
  const answers = await askAll<EditAnswers>(questions, {});
  return answers && { ...answers, replace: replaceable && answers.replace, ...chosen };
}

import { l10n, Uri } from 'vscode';
import { extensionOf } from '../../images/naming.ts';
import type { Rates } from '../../images/price.ts';
import type { ImageRequest } from '../../images/request.ts';
import { labelOf, siblingName } from '../editName.ts';
import { replaceFault } from '../inPlace.ts';
import type { OrderReference } from '../references.ts';
import type { Look } from './look.ts';
import { costText, requestQuestions, type Answers } from './request.ts';
import { askRoles, type Arrangement } from './roles.ts';
import { askAll, type Question } from './steps.ts';
import { askWhereTo } from './whereTo.ts';

/** What the questions of an edit settle. */
export interface EditAnswers extends Answers {
  /** Whether the result takes the edited image's place. */
  readonly replace: boolean;
}

const titleOf = (list: readonly OrderReference[]): string => {
  const label = list[0] ? labelOf(list[0].uri) : '';
  return list.length > 1 ? l10n.t('Edit {0} with References', label) : l10n.t('Edit {0}', label);
};

/**
 * Asks for an edit: which file is what, where `look` is given; prompt, size and quality; and where the result goes, where the edited
 * image can be replaced.
 * @returns undefined when the user leaves
 */
export async function askEdit(
  base: ImageRequest,
  last: Partial<Answers>,
  rates: Rates,
  given: Arrangement,
  look: ((list: readonly OrderReference[]) => Promise<Look>) | undefined,
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
    const edited = chosen.references[0]?.uri;
    if (!edited) return { kind: 'leave' };
    const cost = (count: number): string => costText({ ...base, ...last, ...answers, count }, chosen.images, rates);
    return askWhereTo(
      { title: titleOf(chosen.references), ...place },
      {
        beside: { folder: Uri.joinPath(edited, '..'), name: siblingName(edited, 'edit'), extension: extensionOf(base.format ?? 'png'), cost: cost(base.count) },
        replace: { label: labelOf(edited), cost: cost(1) },
        count: base.count,
      },
    );
  };

  await judge();
  const questions = (): readonly Question<EditAnswers>[] => [
    ...(look ? [roles] : []),
    ...requestQuestions(base, last, rates, () => ({ title: titleOf(chosen.references), images: chosen.images })),
    ...(replaceable ? [whereTo] : []),
  ];
  const answers = await askAll<EditAnswers>(questions, {});
  return answers && { ...answers, replace: replaceable && answers.replace, ...chosen };
}

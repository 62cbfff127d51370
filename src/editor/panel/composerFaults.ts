import { l10n } from 'vscode';
import { judgeRequest, requestFaultSentence, type RequestFault } from '../../images/judge.ts';
import { modelOf } from '../../images/model.ts';
import { checkedName, nameFaultSentence } from '../../images/naming.ts';
import type { ImageRequest } from '../../images/request.ts';
import type { Composer, ComposerField } from '../../protocol/panel.ts';
import { labelOf } from '../orders/editName.ts';
import { inWorkspace } from '../orders/target.ts';
import type { Put } from './draft.ts';

export type ComposerFault = Composer['faults'][number];

/** Where a fault of a request is put right. */
const fieldOf = {
  'prompt-empty': 'prompt',
  'prompt-too-long': 'prompt',
  'model-empty': 'model',
  count: 'count',
  size: 'size',
  quality: 'quality',
  background: 'background',
  format: 'format',
  moderation: 'service',
  'transparent-model': 'background',
  'transparent-format': 'format',
  'compression-range': 'format',
  'compression-format': 'format',
  fidelity: 'references',
  'fidelity-model': 'references',
  'stream-model': 'model',
  'partial-images': 'model',
} as const satisfies Readonly<Record<RequestFault['code'], ComposerField>>;

/** What is wrong with a request, each where it is put right. An empty prompt is no mistake yet, but the beginning. */
export function requestFaults(request: ImageRequest, { draft, references }: Put): readonly ComposerFault[] {
  const empty = draft.prompt.trim() === '';
  const faults = judgeRequest(request, modelOf(request.model)).filter(({ code }) => code !== 'prompt-empty');
  const begin: ComposerFault = { field: 'prompt', sentence: references.length > 0 ? l10n.t('Say what should change in the picture.') : l10n.t('Say what the picture should show.') };
  return [...(empty ? [begin] : []), ...faults.map((fault) => ({ field: fieldOf[fault.code], sentence: requestFaultSentence(fault, l10n.t) }))];
}

/**
 * What is wrong with where the pictures go.
 * @param folder one sentence: why the folder cannot be; undefined: it can
 * @param replace the same of taking the edited file's place
 */
export function targetFaults({ draft, references }: Put, folder: string | undefined, replace: string | undefined): readonly ComposerFault[] {
  const [edited] = references;
  if (draft.replace && edited?.role === 'image') {
    const sentence = inWorkspace(edited.uri) ? replace : l10n.t('{0} is not in the workspace and is not replaced: put the result into a folder.', labelOf(edited.uri));
    return sentence === undefined ? [] : [{ field: 'target', sentence }];
  }
  const checked = draft.name.trim() === '' ? undefined : checkedName(draft.name);
  const name = checked && 'fault' in checked ? nameFaultSentence(checked.fault, l10n.t) : undefined;
  return [folder, name].flatMap((sentence) => (sentence === undefined ? [] : [{ field: 'target', sentence }]));
}

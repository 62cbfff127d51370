import { l10n, window, type Uri } from 'vscode';
import type { Failure } from '../../images/failure.ts';
import { placer } from '../files/place.ts';
import { failureOf, type Remedies } from '../show/present.ts';
import { discard } from '../show/showResult.ts';
import type { OrderResult, OrderTools } from './order.ts';

/** How a person sees what is done about pictures that are paid for and not in their place. */
export interface RestView {
  /** Shows that it goes on, and lets them cancel. */
  busy<T>(work: (signal: AbortSignal) => Promise<T>): PromiseLike<T>;
  resumed(result: OrderResult): unknown;
  failed(failure: Failure, again: () => Promise<void>): unknown;
  /** They thought better of it, and everything is as it was. */
  left(): unknown;
  discarded(): unknown;
}

/** What can be done about such pictures. They must not be made anew: trying again means fetching and saving again, and pays for nothing. */
export function restRemedies(result: OrderResult, tools: OrderTools, view: RestView): Remedies {
  const resume = async (folder?: Uri): Promise<void> => {
    try {
      const resumed = await view.busy(async (signal) => result.resume({ client: await tools.services.current().client(), save: placer(tools, folder), signal }));
      await view.resumed({ ...resumed, ...(result.notes && { notes: result.notes }) });
    } catch (error) {
      await view.failed(failureOf(error), () => resume(folder));
    }
  };
  return {
    retry: () => resume(),
    'save-as': async () => {
      const folder = await askFolder();
      await (folder ? resume(folder) : view.left());
    },
    discard: async () => {
      await ((await discard(result, tools)) ? view.discarded() : view.left());
    },
  };
}

/** Asks for the folder that pictures shall go to. */
export async function askFolder(): Promise<Uri | undefined> {
  const [folder] = (await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title: l10n.t('Where shall the pictures go?'), openLabel: l10n.t('Put Them Here') })) ?? [];
  return folder;
}

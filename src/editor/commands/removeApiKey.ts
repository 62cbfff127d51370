import { l10n, window } from 'vscode';
import { remediesFor } from '../orders/placeOrder.ts';
import { failureOf, showFailure } from '../show/present.ts';
import { serviceName } from '../service.ts';
import type { CommandTools } from './command.ts';

/** `Easel: Remove API Key`: of the service that the settings name now. */
export async function removeApiKey(tools: CommandTools): Promise<void> {
  try {
    const { origin, profile } = tools.services.current();
    const name = serviceName(profile);
    if ((await tools.keys.get(origin)) === undefined) {
      void window.showInformationMessage(l10n.t('There is no key for {0}.', name));
      return;
    }
    await tools.keys.remove(origin);
    void window.showInformationMessage(l10n.t('The key for {0} is removed from this computer.', name));
  } catch (error) {
    await showFailure(failureOf(error), remediesFor(tools, {}));
  }
}

import { l10n, window } from 'vscode';
import { askKey } from '../ask/key.ts';
import { remediesFor } from '../orders/placeOrder.ts';
import { failureOf, showFailure } from '../show/present.ts';
import { serviceName } from '../service.ts';
import type { CommandTools } from './command.ts';

/** `Easel: Set API Key…`: for the service that the settings name now. */
export async function setApiKey(tools: CommandTools): Promise<void> {
  try {
    const service = tools.services.current();
    const key = await askKey(service);
    if (key === undefined) return;
    await tools.keys.set(service.origin, key);
    void window.showInformationMessage(l10n.t('The key for {0} is stored.', serviceName(service.profile)));
  } catch (error) {
    await showFailure(failureOf(error), remediesFor(tools, {}));
  }
}

import { commands, env, l10n } from 'vscode';
import { remediesFor } from '../orders/placeOrder.ts';
import { failureOf, showFailure, tell } from '../show/present.ts';
import { amountIn } from '../show/money.ts';
import { serviceName } from '../service.ts';
import type { CommandTools } from './command.ts';

/** `Easel: Refresh Balance`: asks the service that the settings name, and says what it says, or why it cannot. */
export async function refreshBalance(tools: CommandTools): Promise<void> {
  try {
    const service = tools.services.current();
    const name = serviceName(service.profile);
    const keeper = await tools.balance();
    const end = await keeper.refresh(true);
    const balance = keeper.current;
    if (end.kind === 'failed') {
      await showFailure(end.failure, remediesFor(tools, { retry: () => refreshBalance(tools) }));
      return;
    }
    const entry = { title: l10n.t('Enter Balance…'), run: () => commands.executeCommand('easel.enterBalance') };
    if (end.kind === 'fetched' && balance) {
      await tell(keeper.low ? 'warning' : 'information', l10n.t('{0} left at {1}.', amountIn(balance.amount), name), []);
    } else if (balance) {
      const when = balance.asOf.toLocaleString(env.language, { dateStyle: 'medium', timeStyle: 'short' });
      await tell('information', l10n.t('{0} does not tell Easel the balance. By what was known on {1} and spent since, {2} are left.', name, when, amountIn(balance.amount)), [entry]);
    } else {
      await tell('information', l10n.t('{0} does not tell Easel the balance: enter it, and Easel counts it down.', name), [entry]);
    }
  } catch (error) {
    await showFailure(failureOf(error), remediesFor(tools, {}));
  }
}

import { l10n, window } from 'vscode';
import { ratesFor } from '../../api/profiles.ts';
import type { Unit } from '../../images/price.ts';
import { readFigure } from '../../spend/balance.ts';
import { askText } from '../ask/steps.ts';
import { remediesFor } from '../orders/placeOrder.ts';
import { serviceName } from '../service.ts';
import { requestSettings } from '../settings.ts';
import { amountIn } from '../show/money.ts';
import { failureOf, showFailure } from '../show/present.ts';
import type { CommandTools } from './command.ts';

/** The sentence that says what is wrong with a typed figure. */
function faultSentence(fault: 'empty' | 'not-a-number' | 'low' | 'high'): string {
  switch (fault) {
    case 'empty':
      return l10n.t('Type what is left, or press Escape to leave.');
    case 'not-a-number':
      return l10n.t('Write a number alone, with a point before the decimals: 12500 or 12.50.');
    case 'low':
      return l10n.t('A balance below zero cannot be entered: enter 0.');
    case 'high':
      return l10n.t('That is more than any account holds: check the number.');
  }
}

const promptOf = (unit: Unit): string =>
  unit === 'credits' ? l10n.t('In credits (10,000 = ¥1), as the service shows it now. Easel counts it down by what it spends.') : l10n.t('In US dollars, as the service shows it now. Easel counts it down by what it spends.');

/** `Easel: Enter Balance…`: for the service that the settings name, in the unit that it bills in. */
export async function enterBalance(tools: CommandTools): Promise<void> {
  try {
    const { profile, origin } = tools.services.current();
    const { unit } = ratesFor(profile, requestSettings().model);
    const keeper = await tools.balance();
    const title = l10n.t('Balance at {0}', serviceName(profile));
    const end = await askText(
      { title, step: 1, steps: 1 },
      {
        value: '',
        placeholder: unit === 'credits' ? '12500' : '12.50',
        prompt: () => promptOf(unit),
        judge: (text) => {
          const read = readFigure(text);
          return 'fault' in read ? faultSentence(read.fault) : undefined;
        },
      },
    );
    if (end.kind !== 'answer') return;
    const read = readFigure(end.value);
    // The settings may name another service by now, whose balance this is not.
    if ('fault' in read || tools.services.current().origin !== origin) return;
    const amount = { micros: read.micros, unit };
    await keeper.enter(amount);
    void window.showInformationMessage(l10n.t('Counting down from {0} at {1}.', amountIn(amount), serviceName(profile)));
  } catch (error) {
    await showFailure(failureOf(error), remediesFor(tools, {}));
  }
}

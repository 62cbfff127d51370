import type { LogRow } from '../api/client.ts';
import type { Usage } from '../images/price.ts';
import type { Charge } from '../spend/entry.ts';
import { chargeOf } from './charge.ts';
import type { Sending } from './journal.ts';

type RowFigures = Pick<LogRow, 'time' | 'promptTokens' | 'completionTokens' | 'micros'>;

/** The charge of a job by the row that the service wrote down for it: measured, though nobody saw the answer. */
export function chargeOfRow(sending: Sending, { time, promptTokens, completionTokens, micros }: RowFigures): Charge {
  const { rates } = sending;
  const charge = chargeOf(sending, { time: new Date(time), received: 0, drawn: sending.request.count, usage: usageOfRow(sending, { promptTokens, completionTokens, micros }) });
  return rates.unit === 'credits' ? { ...charge, amount: { micros, unit: 'credits' } } : charge;
}

/** The log counts what came in as one: how much of it was images follows from the price, where it does. */
function usageOfRow({ rates }: Sending, { promptTokens, completionTokens, micros }: Omit<RowFigures, 'time'>): Usage {
  const imageIn = (micros - promptTokens * rates.textIn - completionTokens * rates.imageOut) / (rates.imageIn - rates.textIn);
  const sound = rates.unit === 'credits' && Number.isInteger(imageIn) && imageIn >= 0 && imageIn <= promptTokens;
  return { textIn: sound ? promptTokens - imageIn : promptTokens, imageIn: sound ? imageIn : 0, imageOut: completionTokens };
}

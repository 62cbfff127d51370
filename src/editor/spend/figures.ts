import type { Amount } from '../../images/price.ts';
import { figureIn, leftOf, type Figure } from '../../spend/balance.ts';
import type { CommandTools } from '../commands/command.ts';

/** What was told of balances, for each origin, in the editor's memory: for the windows to come, and the others. */
export interface Figures {
  of(origin: string): Figure | undefined;
  keep(origin: string, figure: Figure | undefined): Promise<void>;
  /** What is left of the origin's figure by the ledger. */
  left(origin: string): Promise<Amount | undefined>;
  /** Takes what was charged so far off every figure, for good: charges are about to be deleted from the ledger. */
  hold(): Promise<void>;
}

/** What the rolled-up ledger has of the charges themselves: those of so many milliseconds, and of more than so many the newest. */
const rollReaches = 47 * 3_600_000;
const rollHolds = 1_000;
/** What is older, in milliseconds, is taken off a figure for good: interrupted jobs that are brought home enter charges of a while ago. */
const settled = 24 * 3_600_000;

const prefix = 'easel.balance:';

export function createFigures({ ledger, memory: { globalState } }: Pick<CommandTools, 'ledger' | 'memory'>): Figures {
  const of = (origin: string): Figure | undefined => figureIn(globalState.get(`${prefix}${origin}`));
  const keep = async (origin: string, figure: Figure | undefined): Promise<void> => globalState.update(`${prefix}${origin}`, figure);

  /** Notes how far a figure was counted down, unless another was told, or it was counted further, meanwhile: to read the ledger may take a while. */
  const keepCounted = async (origin: string, { asOf, from }: Figure, amount: Amount, counted: number): Promise<void> => {
    const now = of(origin);
    if (now?.asOf === asOf && now.from === from && (now.counted ?? asOf) < counted) await keep(origin, { ...now, amount, counted });
  };

  async function left(origin: string): Promise<Amount | undefined> {
    const figure = of(origin);
    if (!figure) return undefined;
    const since = figure.counted ?? figure.asOf;
    const { recent } = await ledger.roll();
    const [oldest] = recent;
    const reaches = recent.length < rollHolds ? Date.now() - since < rollReaches : oldest !== undefined && Date.parse(oldest.time) <= since;
    if (reaches) return leftOf(figure, recent, origin);
    const charges = await ledger.read();
    // All of the ledger is not read again for it at the next start.
    const counted = Date.now() - settled;
    if (counted > since) await keepCounted(origin, figure, leftOf(figure, charges.filter(({ time }) => Date.parse(time) <= counted), origin), counted);
    return leftOf(figure, charges, origin);
  }

  return {
    of,
    keep,
    left,
    async hold() {
      for (const name of globalState.keys().filter((one) => one.startsWith(prefix))) {
        const origin = name.slice(prefix.length);
        const counted = Date.now();
        const [figure, amount] = [of(origin), await left(origin)];
        if (figure && amount) await keepCounted(origin, figure, amount, counted);
      }
    },
  };
}

import type { CommandTools } from './command.ts';

/** `Easel: Reconcile Spend…`: the report at its last part, where the service's usage log is held against the ledger; fetched at once. */
export const reconcileSpend = async ({ spend }: CommandTools): Promise<void> => spend.open('reconcile');

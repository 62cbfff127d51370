import { Uri, type Memento } from 'vscode';
import type { Answers } from './ask/request.ts';
import type { Order } from './order.ts';

const answersSlot = 'easel.lastAnswers';
const orderSlot = 'easel.lastOrder';

/** An order as it is stored: the folder by its URI's text. */
type StoredOrder = Omit<Order, 'folder'> & { readonly folder: string };

export const lastAnswers = (state: Memento): Partial<Answers> => state.get<Partial<Answers>>(answersSlot) ?? {};

export const rememberAnswers = async (state: Memento, { prompt, size, quality }: Answers): Promise<void> => state.update(answersSlot, { prompt, size, quality });

/** What {@link rememberOrder} stored in this workspace, after a restart too. */
export function lastOrder(state: Memento): Order | undefined {
  const stored = state.get<StoredOrder>(orderSlot);
  return stored && { ...stored, folder: Uri.parse(stored.folder, true) };
}

export const rememberOrder = async (state: Memento, order: Order): Promise<void> => {
  const stored: StoredOrder = { ...order, folder: order.folder.toString() };
  await state.update(orderSlot, stored);
};

import { Uri, type Memento } from 'vscode';
import type { Answers } from './ask/request.ts';
import type { Order } from './order.ts';

const answersSlot = 'easel.lastAnswers';
const orderSlot = 'easel.lastOrder';

/** An order as it is stored: places by their URIs' text. */
type StoredOrder = Omit<Order, 'folder' | 'references'> & { readonly folder: string; readonly references?: readonly { readonly uri: string; readonly role: 'image' | 'mask' }[] };

export const lastAnswers = (state: Memento): Partial<Answers> => state.get<Partial<Answers>>(answersSlot) ?? {};

export const rememberAnswers = async (state: Memento, answers: Partial<Answers>): Promise<void> => state.update(answersSlot, { ...lastAnswers(state), ...answers });

/** What {@link rememberOrder} stored in this workspace, after a restart too. */
export function lastOrder(state: Memento): Order | undefined {
  const stored = state.get<StoredOrder>(orderSlot);
  if (!stored) return undefined;
  const { references, ...rest } = stored;
  return { ...rest, folder: Uri.parse(stored.folder, true), ...(references && { references: references.map(({ uri, role }) => ({ uri: Uri.parse(uri, true), role })) }) };
}

export const rememberOrder = async (state: Memento, order: Order): Promise<void> => {
  const { references, ...rest } = order;
  const stored: StoredOrder = { ...rest, folder: order.folder.toString(), ...(references && { references: references.map(({ uri, role }) => ({ uri: uri.toString(), role })) }) };
  await state.update(orderSlot, stored);
};

import { Uri, type Memento } from 'vscode';
import type { Answers } from '../ask/request.ts';
import type { Order } from './order.ts';
import type { OrderReference } from './references.ts';

const answersSlot = 'easel.lastAnswers';
const orderSlot = 'easel.lastOrder';

/** An order as it is stored: places by their URIs' text. */
type StoredOrder = Omit<Order, 'folder' | 'references' | 'replaces' | 'exact'> & {
  readonly folder: string;
  readonly references?: readonly (Pick<OrderReference, 'role' | 'mend'> & { readonly uri: string })[];
};

export const lastAnswers = (state: Memento): Partial<Answers> => state.get<Partial<Answers>>(answersSlot) ?? {};

export const rememberAnswers = async (state: Memento, answers: Partial<Answers>): Promise<void> => state.update(answersSlot, { ...lastAnswers(state), ...answers });

/** What {@link rememberOrder} stored in this workspace, after a restart too. */
export function lastOrder(state: Memento): Order | undefined {
  const stored = state.get<StoredOrder>(orderSlot);
  if (!stored) return undefined;
  const { references, ...rest } = stored;
  return { ...rest, folder: Uri.parse(stored.folder, true), ...(references && { references: references.map((file) => referenceAs(file, Uri.parse(file.uri, true))) }) };
}

export const rememberOrder = async (state: Memento, order: Order): Promise<void> => {
  // Replacing is said each time: what is made again lies beside its image.
  const { references, replaces: _replaces, exact: _exact, ...rest } = order;
  // The image may have another size by then.
  const { expected: _expected, ...request } = order.request;
  const stored: StoredOrder = { ...rest, request, folder: order.folder.toString(), ...(references && { references: references.map((file) => referenceAs(file, file.uri.toString())) }) };
  await state.update(orderSlot, stored);
};

const referenceAs = <U>({ role, mend }: Pick<OrderReference, 'role' | 'mend'>, uri: U): Pick<OrderReference, 'role' | 'mend'> & { readonly uri: U } => ({ uri, role, ...(mend && { mend }) });

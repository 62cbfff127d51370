import type { Order } from './order.ts';

/** Within this time, in milliseconds, the same order again is more likely a finger that slipped than a wish. */
const moment = 1000;

/** What a person has placed in this window a moment ago, so that a click too many is asked about before it is paid for. */
export interface RecentOrders {
  /**
   * Notes that a person clicks on `order` now.
   * @returns whether the same request, on the same references, for the same folder was placed less than a second ago; it is not noted then
   */
  isDouble(order: Order): boolean;
  /** The order came to nothing and cost nothing: the same one again is none too many. One that is done stays: it may be done sooner than a second click comes. */
  forget(order: Order): void;
}

/** The same text for orders that ask for the same thing, whatever objects they are made of. */
function contentOf({ request, references = [], folder }: Order): string {
  const members = Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([members, references.map(({ uri, role }) => [role, uri.toString()]), folder.toString()]);
}

/** @param now milliseconds that only ever grow */
export function rememberRecent(now: () => number): RecentOrders {
  const placed = new Map<string, number>();
  return {
    isDouble(order) {
      const time = now();
      for (const [content, since] of placed) if (time - since >= moment) placed.delete(content);
      const content = contentOf(order);
      if (placed.has(content)) return true;
      placed.set(content, time);
      return false;
    },
    forget(order) {
      placed.delete(contentOf(order));
    },
  };
}

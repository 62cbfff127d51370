/** Which jobs have been charged, and which corrections made: 8 bytes each, however many there are. */
export interface Seen {
  has(name: string): boolean;
  /** False where it was there already. */
  add(name: string): boolean;
  /** All of it, for {@link seenIn}. */
  numbers(): Float64Array;
}

/**
 * 53 bits of a name (cyrb53: two multiplicative hashes of 32 bits, mixed). Of a hundred thousand random names two share it once in two million
 * ledgers; nobody but the user writes names into the ledger.
 */
export function hashOf(name: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let place = 0; place < name.length; place += 1) {
    const unit = name.charCodeAt(place);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

function isIn(sorted: Float64Array, hash: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === hash) return true;
    if (found < hash) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** Two ascending lists as one. */
function merged(one: Float64Array, other: Float64Array): Float64Array {
  const all = new Float64Array(one.length + other.length);
  let [i, j] = [0, 0];
  for (let place = 0; place < all.length; place += 1) {
    const [a, b] = [one[i] ?? Number.POSITIVE_INFINITY, other[j] ?? Number.POSITIVE_INFINITY];
    all[place] = Math.min(a, b);
    if (a <= b) i += 1;
    else j += 1;
  }
  return all;
}

function seenOf(old: Float64Array): Seen {
  // What was read is searched as it lies there: a set of it would cost a start more than all the rest.
  let sorted = old;
  let fresh = new Set<number>();
  const has = (hash: number): boolean => fresh.has(hash) || isIn(sorted, hash);
  return {
    has: (name) => has(hashOf(name)),
    add(name) {
      const hash = hashOf(name);
      if (has(hash)) return false;
      fresh.add(hash);
      return true;
    },
    numbers() {
      sorted = merged(sorted, new Float64Array(fresh).toSorted());
      fresh = new Set();
      return sorted;
    },
  };
}

export const nothingSeen = (): Seen => seenOf(new Float64Array());

/** What {@link Seen.numbers} gave. */
export const seenIn = (numbers: Float64Array): Seen => seenOf(numbers);

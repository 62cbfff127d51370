/** Bytes read at a time. More than any socket likes to hold (Node's high-water mark, 16 or 64 kB), which {@link readAhead} builds on. */
export const pieceSize = 512 * 1024;

/** Pieces that are ready, or on their way, while another one goes out. */
const ahead = 2;

/** Where a source takes the memory for its pieces from. */
export interface Pieces {
  /** Memory for at most so many bytes, and at most {@link pieceSize}; what is in it is left over from before. */
  take(bytes: number): Buffer;
}

/**
 * What `source` yields, to be sent over a connection: two pieces are made while the one before them goes out, and the memory of a
 * full piece that is out is used again. That doubles the speed, for what costs most is fresh memory.
 *
 * That a full piece is out is known from how undici sends a body: behind a piece that is more than the socket likes to hold it asks
 * for the next one only when the socket holds nothing any more. Behind a smaller one nothing is known, so its memory is not used again.
 */
export function readAhead(source: (pieces: Pieces) => AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  const free: Buffer[] = [];
  const pieces = source({ take: (bytes) => (bytes < pieceSize ? Buffer.allocUnsafeSlow(bytes) : (free.pop() ?? Buffer.allocUnsafeSlow(pieceSize))) });
  const coming: Promise<IteratorResult<Buffer, unknown>>[] = [];
  let sending: Buffer | undefined;

  const next = async (): Promise<IteratorResult<Buffer, unknown>> => {
    if (sending !== undefined) free.push(sending);
    sending = undefined;
    while (coming.length <= ahead) {
      const one = pieces.next();
      // one that nobody comes to ask for
      one.catch(() => undefined);
      coming.push(one);
    }
    const result = await (coming.shift() ?? pieces.next());
    if (result.done !== true && result.value.length === pieceSize) sending = result.value;
    return result;
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: (value?: unknown) => pieces.return(value) }) };
}

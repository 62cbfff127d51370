/** Bytes read at a time. More than any socket takes before it asks to wait: {@link readAhead} builds on that. */
export const pieceSize = 512 * 1024;

/** Pieces that are ready, or on their way, while another one goes out. */
const ahead = 2;

/** Where a source takes the memory for its pieces from. */
export interface Pieces {
  /** Memory for at most so many bytes, and at most {@link pieceSize}; what is in it is left over from before. */
  take(bytes: number): Buffer;
}

/**
 * What `source` yields, to be sent over a connection: a few pieces are made while those before them go out, and the memory of a
 * piece that is out is used again. That doubles the speed, for what costs most is fresh memory.
 *
 * It is known to be out because who sends a body asks for the next piece only once the socket took the one before, or once
 * all that the socket holds is gone where that is more than it likes to hold; and a full piece always is. So when the
 * next one is asked for behind a full piece, everything is out. Memory of smaller pieces is not used again.
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

import { createHash } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A relay between the client and a server that passes every byte on as it is, and remembers what the server answered. */
export interface Witness {
  readonly origin: string;
  /** Every byte that went to the client, all connections in order of arrival. */
  answered(): Buffer;
  /** Drops every connection, and resolves when nothing is left running. */
  close(): Promise<void>;
}

/** @param origin of the server that is listened to. */
export async function startWitness(origin: string): Promise<Witness> {
  const port = Number(new URL(origin).port);
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    // A reset is passed on as one.
    socket.on('error', () => other.resetAndDestroy());
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    keep(client, upstream);
    keep(upstream, client);
    upstream.on('data', (chunk: Buffer) => heard.push(chunk));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered: () => Buffer.concat(heard),
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What a service handed over, whatever the client made of it. */
export interface Delivered {
  /** SHA-256 of every picture whose base64 came to its closing quote. */
  readonly pictures: readonly string[];
  /** Every link that came to its closing quote, the first picture's first. */
  readonly links: readonly string[];
}

/** Reads the bytes of answers by hand and without any of the client's code: base64 and links by their quotes, partial pictures left out. */
export function deliveredIn(answered: Buffer): Delivered {
  // The frames of a chunked body are the only lines that end with CRLF on both sides within it.
  const text = answered.toString('latin1').replaceAll(/\r\n[\da-f]{1,8}\r\n/gi, '');
  const finished = text.split('\n\n').filter((event) => !event.includes('partial_image"')).join('\n\n');
  const values = (name: string): readonly string[] => [...finished.matchAll(new RegExp(`"${name}":"([^"]{8,})"`, 'g'))].map(([, value = '']) => value);
  return {
    pictures: values('b64_json').map((value) => sha256(Buffer.from(value.replace(/^data:[^,]*,/, ''), 'base64'))),
    links: values('url').filter((link) => link.startsWith('http')),
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

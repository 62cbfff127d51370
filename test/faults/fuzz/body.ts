import type { Chance } from './chance.ts';

/** What bodies are made of. */
export interface Stuff {
  /** Real pictures, of several formats and sizes. */
  readonly pictures: readonly [Buffer, ...Buffer[]];
  /** The origin of the server that answers, which serves pictures too. */
  readonly origin: string;
}

/** Made anew for each reply, for it may be spoilt. */
const makeUsage = (): object => ({ input_tokens: 9, output_tokens: 275, total_tokens: 284, input_tokens_details: { text_tokens: 9, image_tokens: 0 } });

/** A body as a service sends it, or with the wrong things in it; what breaks its bytes comes after. */
export function makeBody(chance: Chance, stuff: Stuff, asked: { readonly events: boolean }): Buffer {
  if (chance.once(12)) return Buffer.from(chance.pick(strangeBodies));
  // what comes is mostly, and not always, what was asked for
  return asked.events === !chance.once(8) ? makeEvents(chance, stuff) : makeReply(chance, stuff);
}

const strangeBodies = [
  '',
  ' ',
  '[]',
  '[[[[{"data":[{"url":"x"}]}]]]]',
  'null',
  '"data"',
  '0',
  '{}',
  '{"data":null}',
  '{"data":{}}',
  '{"data":"b64_json"}',
  '{"data":[null,null]}',
  '{"data":[[],{}]}',
  '{"error":null}',
  '{"error":{"message":{"toString":1},"code":[],"param":{}}}',
  '{"error":"quota","data":[]}',
  '{"__proto__":{"data":[{"url":"x"}]},"constructor":{"prototype":{}}}',
  '{"data":[{"b64_json":"',
  '\uFEFF{"data":[]}',
  'data: [DONE]\n\n',
  'data:',
  ':\n:\n:\n\n',
  'event: image_generation.completed\n\n',
  'event: error\ndata: {"type":"error","error":{"message":"broken","code":429}}\n\n',
  '<html><title>hello</title><h1>'.repeat(500),
  '[DONE]',
] as const;

/** A reply in JSON of one or two pictures. */
function makeReply(chance: Chance, stuff: Stuff): Buffer {
  const count = chance.once(25) ? 300 : 1 + chance.below(2);
  const reply: Record<string, unknown> = { created: 1_764_000_000, data: Array.from({ length: count }, () => makeEntry(chance, stuff, count)), usage: makeUsage() };
  spoilValues(chance, reply);
  return Buffer.from(spoilText(chance, JSON.stringify(reply)));
}

/** Events with partial pictures and finished ones. */
function makeEvents(chance: Chance, stuff: Stuff): Buffer {
  const kinds = ['image_generation.partial_image', 'image_generation.completed', 'image_edit.completed', 'image_edit.partial_image', 'error', 'ping', ''] as const;
  const events = Array.from({ length: 1 + chance.below(5) }, (_, place) => {
    const kind = chance.once(4) ? chance.pick(kinds) : place % 2 === 0 ? kinds[0] : kinds[1];
    const event: Record<string, unknown> = { type: kind, ...makeEntry(chance, stuff, 1), partial_image_index: place, usage: makeUsage() };
    if (chance.once(4)) spoilValues(chance, event);
    const end = chance.once(6) ? chance.pick(['\r\n\r\n', '\r\r', '\n', '', '\n\n\n\n', '\r\n\n']) : '\n\n';
    const name = chance.once(6) ? chance.pick(['event:\n', `event: ${'x'.repeat(5000)}\n`, 'id: 7\n', 'retry: 0\n', ': comment\n', 'data\n', 'data: \n', '\0\n', 'garbage\n']) : `event: ${kind}\n`;
    return `${name}data: ${spoilText(chance, JSON.stringify(event))}${end}`;
  });
  return Buffer.from(`${events.join('')}${chance.once(5) ? '' : 'data: [DONE]\n\n'}`);
}

/** One picture, by its bytes or its link. */
function makeEntry(chance: Chance, stuff: Stuff, among: number): Record<string, unknown> {
  const revised = chance.once(5) ? { revised_prompt: chance.pick(['a cat', '', '\u0000', 'x'.repeat(40_000), '\ud83d']) } : {};
  if (chance.once(3)) return { ...revised, url: chance.once(3) ? strangeLink(chance, stuff) : `${stuff.origin}/file/${chance.below(1000)}` };
  const picture = among > 10 ? stuff.pictures[0] : chance.pick(stuff.pictures);
  const text = picture.toString(chance.once(15) ? 'base64url' : 'base64');
  const prefix = chance.once(3) ? chance.pick(['data:image/png;base64,', 'data:,', 'data:image/svg+xml;utf8,', 'data:image/png;base64', 'DATA:IMAGE/PNG;BASE64,', 'data:data:image/png;base64,base64,', '    ', '\n']) : '';
  return { ...revised, b64_json: `${prefix}${text}`, ...(chance.once(10) && { url: strangeLink(chance, stuff) }) };
}

/** Never a host that a name service would have to be asked for. */
function strangeLink(chance: Chance, { origin }: Stuff): string {
  const { host, port } = new URL(origin);
  return chance.pick([
    '',
    ' ',
    'x',
    '/file/1',
    `//${host}/file/1`,
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://127.0.0.1/x',
    'http://[::1',
    'http://127.0.0.1:99999/',
    'http://127.0.0.1:1/nobody',
    `http://user:password@${host}/file/1`,
    `https://${host}/file/1`,
    `HTTP://${host}/file/1`,
    `http://${host}/file/1\r\nx-injected: 1`,
    `http://${host}/file/${'a'.repeat(60_000)}`,
    `http://${host}/file/%00%ff/../..//..\\x?${'&'.repeat(300)}#${'#'.repeat(30)}`,
    `http://127.0.0.1:${port}/redirect`,
    `http://0x7f.1:${port}/file/1`,
    'http://10.0.0.256/',
    'http://pictures.example.invalid/x.png',
    'data:image/png;base64,',
    'data:image/png;base64,iVBORw0KGgo=',
    `data:image/png;base64,${'!'.repeat(100)}`,
    `data:text/html,${'<'.repeat(50)}`,
    'blob:http://127.0.0.1/1',
    'http://',
    '\ud800',
    'http://图片.example.invalid/图',
  ]);
}

const strangeValues = [null, true, false, 0, -1, 1e308, -1e308, 2 ** 53, 0.1, '', 'text', '\ud800', [], {}, [[]], { toString: 1 }, { length: 1e9 }, { $ref: '#' }] as const;

/** Puts something of the wrong type in a few places. */
function spoilValues(chance: Chance, root: Record<string, unknown>): void {
  for (let times = chance.below(3); times > 0; times--) {
    let place = root;
    for (;;) {
      const name = Object.keys(place)[chance.below(Object.keys(place).length)];
      if (name === undefined) break;
      const inner = place[name];
      if (typeof inner === 'object' && inner !== null && !chance.once(3)) {
        place = inner as Record<string, unknown>;
        continue;
      }
      if (chance.once(4)) Reflect.deleteProperty(place, name);
      // a copy: what the next case puts into it must not meet the others
      else place[name] = structuredClone(chance.pick<unknown>(strangeValues));
      break;
    }
  }
}

/** Spoils what JSON is written with. */
function spoilText(chance: Chance, text: string): string {
  if (!chance.once(4)) return text;
  switch (chance.below(9)) {
    case 0:
      return text.replace(/:(\d+)/, `:${'9'.repeat(5000)}`);
    case 1:
      return text.replace(/:(\d+)/, ':1e999999');
    case 2:
      return text.replace('"usage":', `"usage":${'['.repeat(20_000)}${']'.repeat(20_000)},"used":`);
    case 3:
      return text.replace('"usage":', `"usage":${'{"a":'.repeat(20_000)}`);
    case 4:
      return text.replaceAll('/', '\\/');
    case 5:
      return text.replaceAll('A', '\\u0041');
    case 6:
      return text.replace('"b64_json"', '"b64_json":"AAAA","b64_json"');
    case 7:
      return text.replaceAll(/[,:{[]/g, (mark) => `${mark}${' \n\t'.repeat(20)}`);
    default:
      return text.replaceAll('"', "'");
  }
}

/** Spoils bytes, whatever they are. */
export function spoilBytes(chance: Chance, body: Buffer): Buffer {
  const at = chance.below(body.length + 1);
  switch (chance.below(9)) {
    case 0: {
      const flipped = Buffer.from(body);
      for (let times = 1 + chance.below(20); times > 0 && flipped.length > 0; times--) flipped[chance.below(flipped.length)] = chance.below(256);
      return flipped;
    }
    case 1:
      return body.subarray(0, at);
    case 2:
      return body.subarray(at);
    case 3:
      return Buffer.concat([body, body]);
    case 4:
      return Buffer.concat([body.subarray(0, at), body.subarray(chance.below(body.length + 1))]);
    case 5:
      return Buffer.concat([body.subarray(0, at), chance.bytes(1 + chance.below(200)), body.subarray(at)]);
    case 6:
      return Buffer.concat([body.subarray(0, at), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]), body.subarray(at)]);
    case 7:
      return Buffer.concat([body, Buffer.alloc(chance.below(300_000), chance.pick([' ', '\n', '\0', '}', '"', 'A', '[']))]);
    default:
      return Buffer.concat([Buffer.alloc(chance.below(100_000), chance.pick([' ', '\n', '\uFEFF', '\0', '{"a":', '['])), body]);
  }
}

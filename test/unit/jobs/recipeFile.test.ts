import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import * as fc from 'fast-check';
import { imageHeader } from '../../../src/images/format.ts';
import type { Recipe } from '../../../src/images/recipe.ts';
import { outputFormats, type OutputFormat } from '../../../src/images/request.ts';
import { recipeXmp } from '../../../src/images/xmp/xmp.ts';
import type { Splice } from '../../../src/images/xmp/bytes.ts';
import { findXmp, recipeIn, xmpSplices } from '../../../src/images/xmp/file.ts';
import { readRecipe, writeWithRecipe } from '../../../src/jobs/recipeFile.ts';
import { temporaryFolder } from '../../host/ending.ts';
import { ensureExiftool } from '../../host/install.ts';
import { anyRecipe, fullRecipe, longestPrompt } from '../images/recipeSamples.ts';

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex').toUpperCase();
const reading = (bytes: Uint8Array) => async (at: number, length: number): Promise<Uint8Array> => bytes.subarray(at, at + length);
const splices = (format: OutputFormat, bytes: Uint8Array, recipe: Recipe) => xmpSplices(format, reading(bytes), bytes.length, recipeXmp(recipe), md5);
const recipeOf = (bytes: Uint8Array) => recipeIn(reading(bytes), bytes.length);

function applied(bytes: Uint8Array, changes: readonly Splice[]): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const splice of changes) {
    assert.ok(splice.at >= at, 'in order, and none over another');
    parts.push(bytes.subarray(at, splice.at), splice.insert);
    at = splice.at + splice.remove;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

async function withRecipe(format: OutputFormat, bytes: Uint8Array, recipe: Recipe): Promise<Buffer> {
  const changes = await splices(format, bytes, recipe);
  assert.ok(changes, 'the file takes a recipe');
  return applied(bytes, changes);
}

async function pixels(bytes: Buffer): Promise<Uint8ClampedArray> {
  const image = await loadImage(bytes);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
}

/** A picture whose every pixel differs from the next, with see-through ones where it may have them. */
function drawing(width: number, height: number, alpha: boolean) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const data = context.createImageData(width, height);
  for (let at = 0; at < data.data.length; at += 4) data.data.set([at % 251, (at * 7) % 241, (at * 13) % 239, alpha ? at % 256 : 255], at);
  context.putImageData(data, 0, 0);
  return canvas;
}

const drawn = (format: OutputFormat, { width = 61, height = 47, alpha = false, quality = 90 } = {}): Promise<Buffer> => {
  const canvas = drawing(width, height, alpha);
  return format === 'png' ? canvas.encode('png') : canvas.encode(format, quality);
};

/** canvas writes lossless WebP from 101 on. */
const lossless = 101;

/** A WebP in its simple form: the picture's chunk alone, without the profile that canvas adds. */
async function simpleWebp(options: { readonly quality: number; readonly alpha?: boolean; readonly width?: number; readonly height?: number }): Promise<Buffer> {
  const bytes = await drawn('webp', options);
  const at = Math.max(bytes.indexOf('VP8 '), bytes.indexOf('VP8L'));
  const chunk = bytes.subarray(at, at + 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) % 2));
  const head = Buffer.from('RIFF....WEBP');
  head.writeUInt32LE(chunk.length + 4, 4);
  return Buffer.concat([head, chunk]);
}

const kinds: readonly (readonly [string, OutputFormat, () => Promise<Buffer>])[] = [
  ['PNG', 'png', () => drawn('png')],
  ['PNG with alpha', 'png', () => drawn('png', { alpha: true })],
  ['JPEG', 'jpeg', () => drawn('jpeg')],
  ['lossy WebP', 'webp', () => drawn('webp')],
  ['lossy WebP with alpha', 'webp', () => drawn('webp', { alpha: true })],
  ['lossless WebP', 'webp', () => drawn('webp', { quality: lossless })],
  ['lossless WebP with alpha', 'webp', () => drawn('webp', { quality: lossless, alpha: true })],
  ['simple lossy WebP', 'webp', () => simpleWebp({ quality: 90 })],
  ['simple lossless WebP', 'webp', () => simpleWebp({ quality: lossless })],
  ['simple lossless WebP with alpha', 'webp', () => simpleWebp({ quality: lossless, alpha: true })],
];

describe('a recipe in a file', () => {
  for (const [what, format, draw] of kinds) {
    it(`${what}: comes back, and every pixel with it`, async () => {
      const bytes = await draw();
      const made = await withRecipe(format, bytes, fullRecipe);
      assert.deepEqual(await recipeOf(made), fullRecipe);
      assert.deepEqual(imageHeader(made), imageHeader(bytes));
      assert.deepEqual(await pixels(made), await pixels(bytes));
    });

    it(`${what}: takes the longest prompt, and a later recipe in the place of an earlier one`, async () => {
      const bytes = await draw();
      const long: Recipe = { ...fullRecipe, prompt: longestPrompt, revisedPrompt: longestPrompt };
      const first = await withRecipe(format, bytes, long);
      assert.deepEqual(await recipeOf(first), long);
      const again = await withRecipe(format, first, fullRecipe);
      assert.deepEqual(await recipeOf(again), fullRecipe);
      assert.ok(again.length < bytes.length + 8192, 'nothing of the earlier one is left');
      assert.deepEqual(await recipeOf(await withRecipe(format, again, long)), long);
      assert.deepEqual(await pixels(again), await pixels(bytes));
    });
  }

  it('any recipe, in each format', async () => {
    const files = await Promise.all(outputFormats.map(async (format) => [format, await drawn(format)] as const));
    await fc.assert(
      fc.asyncProperty(anyRecipe, async (recipe) => {
        for (const [format, bytes] of files) assert.deepEqual(await recipeOf(await withRecipe(format, bytes, recipe)), recipe);
      }),
      { numRuns: 100 },
    );
  });

  it('a simple WebP becomes one that says what it holds', async () => {
    const options = [{ quality: 90 }, { quality: lossless }, { quality: lossless, alpha: true }];
    for (const option of options) {
      const made = await withRecipe('webp', await simpleWebp({ width: 300, height: 7, ...option }), fullRecipe);
      assert.equal(made.readUInt32LE(4), made.length - 8);
      assert.equal(made.toString('latin1', 12, 16), 'VP8X');
      assert.equal(made[20], option.alpha ? 0x14 : 0x04);
      assert.deepEqual([made.readUIntLE(24, 3) + 1, made.readUIntLE(27, 3) + 1], [300, 7]);
    }
    const extended = await drawn('webp', { alpha: true });
    const flags = extended[20] ?? 0;
    assert.equal((await withRecipe('webp', extended, fullRecipe))[20], flags | 4);
  });

  it('leaves what others have put there', async () => {
    const chunk = (type: string, contents: string): Buffer => {
      const body = Buffer.concat([Buffer.from(type + contents)]);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(contents.length);
      return Buffer.concat([length, body, Buffer.alloc(4)]);
    };
    const png = await drawn('png');
    const signed = Buffer.concat([png.subarray(0, 33), chunk('caBX', 'a manifest'), chunk('tEXt', 'Author\0Somebody'), png.subarray(33)]);
    const made = await withRecipe('png', signed, fullRecipe);
    assert.ok(made.includes(signed.subarray(33)), 'all that follows the header, in one piece');
    const jpeg = await drawn('jpeg');
    const app11 = Buffer.concat([Buffer.from([0xff, 0xeb, 0, 12]), Buffer.from('a manifest')]);
    const camera = Buffer.concat([jpeg.subarray(0, 2), app11, jpeg.subarray(2)]);
    assert.ok((await withRecipe('jpeg', camera, fullRecipe)).includes(camera.subarray(2)));
  });

  it('keeps a packet that is there, also one that leaves little room in a JPEG', async () => {
    const packet = (length: number): string =>
      `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="${'h'.repeat(length)}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
    const jpeg = await drawn('jpeg');
    const withPacket = (length: number): Buffer => {
      const contents = Buffer.from(`http://ns.adobe.com/xap/1.0/\0${packet(length)}`);
      return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, (contents.length + 2) >> 8, (contents.length + 2) & 0xff]), contents, jpeg.subarray(2)]);
    };
    for (const length of [10, 62_000, 64_000]) {
      const bytes = withPacket(length);
      const made = await withRecipe('jpeg', bytes, fullRecipe);
      assert.deepEqual(await recipeOf(made), fullRecipe);
      assert.match((await findXmp('jpeg', reading(made), made.length)) ?? '', new RegExp(`photoshop:Headline="h{${length}}"`));
      const again = await withRecipe('jpeg', made, { ...fullRecipe, prompt: longestPrompt });
      assert.equal((await recipeOf(again))?.prompt, longestPrompt);
      assert.deepEqual(await withRecipe('jpeg', again, fullRecipe), made, 'there and back');
    }
    assert.equal(await splices('jpeg', withPacket(65_190), fullRecipe), undefined, 'no room at all');
  });

  it('a file that is cut off, or another format, is left as it is', async () => {
    for (const [, format, draw] of kinds) {
      const bytes = await draw();
      for (const length of [0, 1, 11, 20, 32, 33, 40, Math.floor(bytes.length / 2), bytes.length - 2]) assert.equal(await splices(format, bytes.subarray(0, length), fullRecipe), undefined, `${format} of ${length} bytes`);
      for (const other of outputFormats) if (other !== format) assert.equal(await splices(other, bytes, fullRecipe), undefined);
    }
    const compressed = await drawn('png');
    const text = Buffer.concat([Buffer.from([0, 0, 0, 25]), Buffer.from('iTXtXML:com.adobe.xmp\0\u0001\0\0\0xyz'), Buffer.alloc(4)]);
    assert.equal(await splices('png', Buffer.concat([compressed.subarray(0, 33), text, compressed.subarray(33)]), fullRecipe), undefined, 'a packet that cannot be read');
  });

  it('a file of parts without an end is not gone through to its end', async () => {
    const parts: readonly (readonly [OutputFormat, Buffer, Buffer])[] = [
      ['png', (await drawn('png')).subarray(0, 33), Buffer.from('\0\0\0\0prVt\0\0\0\0')],
      ['jpeg', Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xe5, 0, 2])],
      ['jpeg', Buffer.from([0xff, 0xd8]), Buffer.from([0xff])],
      ['webp', Buffer.concat([Buffer.from('RIFF'), Buffer.from([0xf4, 0xff, 0xff, 0x7f]), Buffer.from('WEBP')]), Buffer.from('prVt\0\0\0\0')],
    ];
    for (const [format, head, part] of parts) {
      const window = Buffer.alloc(part.length * 4096, part);
      let looked = 0;
      const endless = async (at: number, length: number): Promise<Uint8Array> => {
        looked += length;
        return Uint8Array.from({ length }, (_none, index) => (at + index < head.length ? (head[at + index] ?? 0) : (window[(at + index - head.length) % window.length] ?? 0)));
      };
      assert.equal(await xmpSplices(format, endless, 2 ** 31 - 4, recipeXmp(fullRecipe), md5), undefined);
      assert.equal(await findXmp(format, endless, 2 ** 31 - 4), undefined);
      assert.ok(looked < 2 ** 23, `${format}: ${looked} bytes`);
    }
  });

  it('random and damaged bytes never throw, and end', async () => {
    const files = await Promise.all(kinds.map(async ([, format, draw]) => withRecipe(format, await draw(), { ...fullRecipe, prompt: longestPrompt.slice(0, 24_000) })));
    const damaged = fc.tuple(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }), fc.nat(2000)).map(([bytes, changes, cut]) => {
      const copy = Buffer.from(bytes);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy.subarray(0, cut < 1000 ? copy.length : copy.length - cut);
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 400 })), fc.constantFrom(...outputFormats), async (bytes, format) => {
        await recipeOf(bytes);
        await findXmp(format, reading(bytes), bytes.length);
        const changes = await splices(format, bytes, fullRecipe);
        if (changes) assert.deepEqual(await recipeOf(applied(bytes, changes)), fullRecipe);
      }),
      { numRuns: 200 },
    );
  });
});

describe('writing and reading recipes on disk', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const file = (name: string): string => path.join(folder.path, name);
  before(() => {
    folder = temporaryFolder();
  });
  after(() => folder.remove());

  it('writes a new file and leaves the source', async () => {
    for (const format of outputFormats) {
      const bytes = await drawn(format);
      await writeFile(file(`source.${format}`), bytes);
      assert.equal(await writeWithRecipe(file(`source.${format}`), file(`target.${format}`), format, fullRecipe), true);
      assert.deepEqual(await readFile(file(`source.${format}`)), bytes);
      assert.deepEqual(await readFile(file(`target.${format}`)), await withRecipe(format, bytes, fullRecipe));
      assert.deepEqual(await readRecipe(file(`target.${format}`)), fullRecipe);
      assert.equal(await readRecipe(file(`source.${format}`)), undefined);
    }
  });

  it('overwrites nothing', async () => {
    await writeFile(file('taken.png'), 'mine');
    await assert.rejects(writeWithRecipe(file('source.png'), file('taken.png'), 'png', fullRecipe), { code: 'EEXIST' });
    assert.equal(await readFile(file('taken.png'), 'utf8'), 'mine');
  });

  it('writes nothing where no recipe can be', async () => {
    for (const format of ['jpeg', 'gif', 'avif', 'bmp', 'svg'] as const) assert.equal(await writeWithRecipe(file('source.png'), file('none'), format, fullRecipe), false);
    await copyFile(file('source.png'), file('cut.png'));
    await truncate(file('cut.png'), (await stat(file('cut.png'))).size - 1);
    assert.equal(await writeWithRecipe(file('cut.png'), file('none'), 'png', fullRecipe), false);
    assert.equal(existsSync(file('none')), false);
    await assert.rejects(readRecipe(file('none')), { code: 'ENOENT' });
  });

  it('takes no more memory for a large picture', async () => {
    // 160 MB in one chunk that nobody knows, behind a real picture's header; a hole in the file, so that the test holds no memory itself.
    const png = await drawn('png');
    const length = 160 * 2 ** 20;
    const head = Buffer.from([0, 0, 0, 0, ...Buffer.from('prVt')]);
    head.writeUInt32BE(length);
    const handle = await open(file('large.png'), 'wx');
    await handle.write(Buffer.concat([png.subarray(0, 33), head]));
    await handle.write(png, 33, png.length - 33, 33 + 12 + length);
    await handle.close();
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 2);
    assert.equal(await writeWithRecipe(file('large.png'), file('large-made.png'), 'png', fullRecipe), true);
    clearInterval(watch);
    assert.ok(most - before < 80 * 2 ** 20, `${Math.round((most - before) / 2 ** 20)} MB`);
    assert.deepEqual(await readRecipe(file('large-made.png')), fullRecipe);
  });
});

describe('recipes as ExifTool reads them', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let exiftool: string;
  before(async () => {
    folder = temporaryFolder();
    exiftool = await ensureExiftool();
  });
  after(() => folder.remove());
  const run = async (...args: readonly string[]): Promise<string> => (await promisify(execFile)(exiftool, args, { encoding: 'utf8', maxBuffer: 2 ** 24 })).stdout;
  const told = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
    const [found] = JSON.parse(await run('-json', '-b', '-struct', '-G1', '-a', '-d', '%Y', file)) as Readonly<Record<string, unknown>>[];
    assert.ok(found);
    return found;
  };
  const made = async (format: OutputFormat, recipe: Recipe): Promise<string> => {
    const file = path.join(folder.path, `${createHash('sha1').update(recipe.prompt).digest('hex')}.${format}`);
    await writeFile(file, await withRecipe(format, await drawn(format, { alpha: format !== 'jpeg' }), recipe));
    return file;
  };

  for (const format of outputFormats) {
    it(`${format}: the prompt, the tool and our own fields, and nothing to complain about`, async () => {
      const file = await made(format, fullRecipe);
      const found = await told(file);
      assert.equal(found['XMP-dc:Description'], fullRecipe.prompt);
      assert.equal(found['XMP-xmp:CreatorTool'], 'Easel');
      assert.equal(found['XMP-xmp:CreateDate'], 2026);
      assert.equal(found['XMP-easel:Prompt'], fullRecipe.prompt);
      assert.equal(found['XMP-easel:Model'], 'gpt-image-2');
      assert.equal(found['XMP-easel:Size'], '1024x768');
      assert.equal(found['XMP-easel:Count'], 3);
      assert.equal(found['XMP-easel:Service'], 'OpenAI-HK');
      assert.deepEqual(found['XMP-easel:Charge'], { Amount: 783.13, Unit: 'credits', Measured: true });
      assert.deepEqual(found['XMP-easel:References'], fullRecipe.references?.map(({ role, name, sha256 }) => ({ Role: role, Name: name, Sha256: sha256 })));
      assert.match(await run('-validate', '-warning', '-error', '-a', file), /^Validate +: OK\n$/);
    });

    it(`${format}: the longest prompt whole`, async () => {
      const file = await made(format, { ...fullRecipe, prompt: longestPrompt });
      const found = await told(file);
      assert.equal(found['XMP-dc:Description'], longestPrompt);
      assert.equal(found['XMP-easel:Prompt'], longestPrompt);
      assert.match(await run('-validate', '-warning', '-error', '-a', file), /^Validate +: OK\n$/);
    });

    it(`${format}: and we read what ExifTool has rewritten`, async () => {
      const file = await made(format, { ...fullRecipe, prompt: 'A picture that gets a rating' });
      await run('-overwrite_original', '-XMP-xmp:Rating=4', '-XMP-dc:Title=Mine', file);
      assert.deepEqual(await readRecipe(file), { ...fullRecipe, prompt: 'A picture that gets a rating' });
      const later = { ...fullRecipe, prompt: 'Another' };
      const again = await withRecipe(format, await readFile(file), later);
      await writeFile(file, again);
      assert.deepEqual(await readRecipe(file), later);
      const found = await told(file);
      assert.equal(found['XMP-xmp:Rating'], 4);
      assert.equal(found['XMP-dc:Title'], 'Mine');
      assert.equal(found['XMP-dc:Description'], 'Another');
      assert.match(await run('-validate', '-warning', '-error', '-a', file), /^Validate +: OK\n$/);
    });
  }
});

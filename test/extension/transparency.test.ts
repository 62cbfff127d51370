import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import { Uri, workspace } from 'vscode';
import { imageHeader } from '../../src/images/format.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { drawPicture } from './pictures.ts';
import { configure, generate, openGateway, root } from './support.ts';

/** A PNG with an alpha channel in which every pixel has this alpha. */
function rgba(width: number, height: number, alpha: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 4, Buffer.from([0x3a, 0x6e, 0xa5, alpha]))]);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))), chunk('IEND', Buffer.alloc(0))]);
}

describe('a transparent background', () => {
  let gateway: Gateway;
  let picture: Buffer;
  before(async () => {
    gateway = await openGateway({ picture: () => picture });
  });
  afterEach(() => gateway.clear());
  after(async () => {
    await workspace.fs.delete(Uri.joinPath(root(), 'assets'), { recursive: true });
    await configure('easel.baseUrl', undefined);
    await gateway.close();
  });

  const notes = async (background?: 'transparent'): Promise<readonly string[]> => (await generate({ prompt: 'An icon', model: 'gpt-image-1', size: '1024x1024', ...(background && { background }) })).notes;
  const missing = 'Picture 1 has no transparency, although it was asked for.';

  it('is missed where the file has an alpha channel and no pixel makes use of it', async () => {
    picture = rgba(1024, 1024, 255);
    assert.equal(imageHeader(picture)?.alpha, true, 'the header alone does not tell');
    assert.deepEqual(await notes('transparent'), [missing]);
  });

  it('is missed where the file has no alpha channel', async () => {
    picture = await drawPicture(1024, 1024, 'jpeg');
    assert.ok((await notes('transparent')).includes(missing));
  });

  it('is there where pixels are transparent, be they half so', async () => {
    picture = await drawPicture(1024, 1024, 'png', true);
    assert.deepEqual(await notes('transparent'), []);
    picture = rgba(1024, 1024, 128);
    assert.deepEqual(await notes('transparent'), []);
  });

  it('is not looked for where nobody asked for it', async () => {
    picture = rgba(1024, 1024, 255);
    assert.deepEqual(await notes(), []);
  });

  it('keeps no picture from its place that cannot be looked at', async () => {
    picture = rgba(1024, 1024, 255);
    picture.fill(0, 60, 90);
    assert.deepEqual(await notes('transparent'), [], 'what is not known is not claimed');
  });
});

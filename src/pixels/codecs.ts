import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { avifTurn } from '../images/formats/avif.ts';
import type { ImageHeader } from '../images/header.ts';
import type { OutputFormat } from '../images/request.ts';
import type { Size } from '../images/size.ts';
import { decodeBmp } from './bmp.ts';
import { PixelsError, storyOf } from './error.ts';
import { decodeGif } from './gif.ts';
import { onWhite, turned, type Picture } from './picture.ts';
import { encodePng } from './png.ts';

/** A codec of the jsquash packages gives and takes pictures in this shape, whatever class it has in a browser. */
interface RawPicture extends Size {
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** The part of the engine's WebAssembly that is used here: Node's types have no more than its modules. */
const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
interface Engine {
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  readonly Instance: new (module: WebAssembly.Module, imports: object) => Instance;
}
interface Instance {
  readonly exports: object;
}

/** What Emscripten makes: a function that starts one codec, given how its wasm is to be had. */
type Factory<Codec> = (options: {
  readonly noInitialRun: true;
  readonly print: () => void;
  readonly printErr: () => void;
  readonly instantiateWasm: (imports: object, done: (instance: Instance) => void) => object;
}) => Promise<Codec>;

export interface Decoded {
  readonly picture: Picture;
  /** How many pictures the file holds. */
  readonly frames: number;
}

/** Bytes to pixels and back, each codec started with its first use. Everything is 8 bits a channel; colour profiles are not carried over. */
export interface Codecs {
  /** @throws {PixelsError} `broken`, `svg-text` or `svg-links` */
  decode(bytes: Uint8Array, header: ImageHeader): Promise<Decoded>;
  /**
   * JPEG at quality 92, on white where the picture is transparent; WebP at quality 90, or `lossless`; PNG without loss.
   */
  encode(picture: Picture, format: OutputFormat, lossless: boolean): Promise<Uint8Array>;
  /** Stretches or shrinks to exactly `size`, by Lanczos with three lobes; alpha is taken into account. */
  resize(picture: Picture, size: Size, opaque: boolean): Promise<Picture>;
}

/** @param folder where the codecs' wasm files are (absolute) */
export function createCodecs(folder: string): Codecs {
  const compile = async (file: string): Promise<WebAssembly.Module> => engine.compile(await readFile(join(folder, file)));
  const started = new Map<string, Promise<unknown>>();
  /** The codec of a wasm file; where its start failed, the next use tries again. */
  const once = async <Codec>(file: string, start: (module: WebAssembly.Module) => Promise<Codec>): Promise<Codec> => {
    const running = (started.get(file) ?? compile(file).then(start)) as Promise<Codec>;
    started.set(file, running);
    running.catch(() => started.delete(file));
    return running;
  };
  const emscripten = <Codec>(file: string, load: () => Promise<{ readonly default: unknown }>): Promise<Codec> =>
    once(file, async (module) => {
      const silent = (): void => undefined;
      const factory = (await load()).default as Factory<Codec>;
      return factory({
        noInitialRun: true,
        print: silent,
        printErr: silent,
        instantiateWasm(imports, done) {
          const instance = new engine.Instance(module, imports);
          done(instance);
          return instance.exports;
        },
      });
    });

  const png = () =>
    once('squoosh_png_bg.wasm', async (module) => {
      needImageData();
      const codec = await import('@jsquash/png/codec/pkg/squoosh_png.js');
      await codec.default(module);
      return codec;
    });
  const resizer = () =>
    once('squoosh_resize_bg.wasm', async (module) => {
      const codec = await import('@jsquash/resize/lib/resize/pkg/squoosh_resize.js');
      await codec.default(module);
      return codec;
    });
  const svg = () =>
    once('index_bg.wasm', async (module) => {
      const [{ initWasm }, drawing] = await Promise.all([import('@resvg/resvg-wasm'), import('./svg.ts')]);
      await initWasm(module);
      return drawing;
    });

  const raw = async (bytes: Uint8Array, header: ImageHeader): Promise<Decoded> => {
    switch (header.format) {
      case 'png':
        return single((await png()).decode(bytes));
      case 'jpeg': {
        const codec = await emscripten<{ decode(bytes: Uint8Array, turn: boolean): RawPicture | null }>('mozjpeg_dec.wasm', () => import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js'));
        // `true`: turned as its EXIF orientation says.
        return single(codec.decode(bytes, true));
      }
      case 'webp': {
        const codec = await emscripten<{ decode(bytes: Uint8Array): RawPicture | null }>('webp_dec.wasm', () => import('@jsquash/webp/codec/dec/webp_dec.js'));
        return single(codec.decode(bytes));
      }
      case 'avif': {
        const codec = await emscripten<{ decode(bytes: Uint8Array, bits: 8): RawPicture | null }>('avif_dec.wasm', () => import('@jsquash/avif/codec/dec/avif_dec.js'));
        const { picture, frames } = single(codec.decode(bytes, 8));
        return { picture: turned(picture, avifTurn(bytes)), frames };
      }
      case 'gif':
        return decodeGif(bytes);
      case 'bmp':
        return { picture: decodeBmp(bytes), frames: 1 };
      case 'svg':
        return { picture: (await svg()).drawSvg(bytes), frames: 1 };
    }
  };

  return {
    async decode(bytes, header) {
      try {
        return await raw(bytes, header);
      } catch (error) {
        throw error instanceof PixelsError ? error : new PixelsError('broken', storyOf(error), { cause: error });
      }
    },
    async encode(picture, format, lossless) {
      const { width, height, data } = picture;
      switch (format) {
        case 'png':
          return encodePng(picture);
        case 'jpeg': {
          const [codec, { defaultOptions }] = await Promise.all([emscripten<Encoder>('mozjpeg_enc.wasm', () => import('@jsquash/jpeg/codec/enc/mozjpeg_enc.js')), import('@jsquash/jpeg/meta.js')]);
          return encoded(codec.encode(onWhite(picture).data, width, height, { ...defaultOptions, quality: 92 }));
        }
        case 'webp': {
          const [codec, { defaultOptions }] = await Promise.all([emscripten<Encoder>('webp_enc_simd.wasm', () => import('@jsquash/webp/codec/enc/webp_enc_simd.js')), import('@jsquash/webp/meta.js')]);
          return encoded(codec.encode(data, width, height, { ...defaultOptions, ...(lossless ? { lossless: 1, quality: 75, exact: 1 } : { quality: 90 }) }));
        }
      }
    },
    async resize({ data, width, height }, size, opaque) {
      // In the colours as they are, not in linear light: three times as fast, and a small change of size shows no difference.
      const pixels = (await resizer()).resize(data, width, height, size.width, size.height, lanczos3, !opaque, false);
      return { width: size.width, height: size.height, data: bytesOf(pixels) };
    },
  };
}

const lanczos3 = 3;

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

function encoded(bytes: Uint8Array | null): Uint8Array {
  if (!bytes) throw new Error('the encoder gave nothing');
  return bytes;
}

function single(picture: RawPicture | null): Decoded {
  if (!picture || picture.width * picture.height * 4 !== picture.data.length || picture.data.length === 0) throw new PixelsError('broken', 'the decoder gave nothing');
  return { picture: { width: picture.width, height: picture.height, data: bytesOf(picture.data) }, frames: 1 };
}

const bytesOf = (data: Uint8Array | Uint8ClampedArray): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The PNG codec makes one of the browser's own class. */
function needImageData(): void {
  const scope = globalThis as { ImageData?: unknown };
  scope.ImageData ??= class {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      this.data = data;
      this.width = width;
      this.height = height;
    }
  };
}

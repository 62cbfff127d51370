/** What a reference's first bytes say of it. */
export interface Header {
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
  /** Whether its pixels can be see-through. */
  readonly alpha: boolean;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function readPng(bytes: Buffer): Header | undefined {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(pngSignature)) return undefined;
  const colourType = bytes.readUInt8(25);
  const palette = colourType === 3 && bytes.subarray(0, 4096).includes('tRNS');
  const alpha = colourType === 4 || colourType === 6 || palette;
  return { mime: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), alpha };
}

function readJpeg(bytes: Buffer): Header | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    // Start-of-frame markers, less the three in that range that mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { mime: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), alpha: false };
    }
  }
  return undefined;
}

function readWebp(bytes: Buffer): Header | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  if (bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X': {
      const alpha = (bytes.readUInt8(20) & 0x10) !== 0;
      return { mime: 'image/webp', width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3), alpha };
    }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      const alpha = ((bits >>> 28) & 1) === 1;
      return { mime: 'image/webp', width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), alpha };
    }
    case 'VP8 ': {
      const width = bytes.readUInt16LE(26) & 0x3fff;
      return { mime: 'image/webp', width, height: bytes.readUInt16LE(28) & 0x3fff, alpha: false };
    }
    default:
      return undefined;
  }
}

/** Reads PNG, JPEG and WebP, the three that edits take; anything else is `undefined`. */
export function readHeader(bytes: Buffer): Header | undefined {
  return readPng(bytes) ?? readJpeg(bytes) ?? readWebp(bytes);
}

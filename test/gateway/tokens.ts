// The published token counts and prices, written down a second time on purpose: what the extension reckons is held
// against this, so nothing here may be imported from src.

export type Finish = 'low' | 'medium' | 'high';

export interface WireUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
  readonly output_tokens: number;
  readonly total_tokens: number;
}

/** Models before gpt-image-2, by shape: square, portrait, landscape. */
const olderTable: Readonly<Record<Finish, readonly [number, number, number]>> = {
  low: [272, 408, 400],
  medium: [1056, 1584, 1568],
  high: [4160, 6240, 6208],
};

/** OpenAI-HK's own sample bills 275 for a square of low quality; the rest of the older table fits its price examples. */
const hkLowSquare = 275;

const finishFactor: Readonly<Record<Finish, number>> = { low: 16, medium: 48, high: 96 };

function byShape(finish: Finish, width: number, height: number): number {
  const [square, portrait, landscape] = olderTable[finish];
  if (width === height) return square;
  return width < height ? portrait : landscape;
}

/** Output tokens of one gpt-image-2 picture: 196 for 1024x1024 at low. */
export function gptImage2Tokens(finish: Finish, width: number, height: number): number {
  const q = finishFactor[finish];
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const a = Math.floor((2 * q * short + long) / (2 * long));
  return Math.ceil((q * a * (2_000_000 + width * height)) / 4_000_000);
}

/** Output tokens that one picture is billed, by dialect and model. */
export function pictureTokens(
  dialect: 'openai-hk' | 'openai',
  model: string,
  finish: Finish,
  width: number,
  height: number,
): number {
  if (dialect === 'openai-hk') {
    return finish === 'low' && width === height ? hkLowSquare : byShape(finish, width, height);
  }
  return isOlderModel(model) ? byShape(finish, width, height) : gptImage2Tokens(finish, width, height);
}

/** gpt-image-1 and 1.5, with any suffix. */
export function isOlderModel(model: string): boolean {
  return /^gpt-image-1(\.\d+)?(-|$)/.test(model);
}

/** About a token per four Latin characters or one CJK character, and one for the start: 6 for `a white siamese cat`. */
export function textTokens(prompt: string): number {
  const cjk = prompt.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  return 1 + cjk + Math.ceil((prompt.length - cjk) / 4);
}

/** Input tokens of one reference: 512-px tiles for the older models, 32-px patches, at most 1,536, since gpt-image-2. */
export function referenceTokens(model: string, width: number, height: number): number {
  if (isOlderModel(model)) {
    const scale = 512 / Math.min(width, height);
    return 65 + 129 * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
  }
  return Math.min(1536, Math.ceil(width / 32) * Math.ceil(height / 32));
}

/** The `usage` of an answer. */
export function usageOf(text: number, imageIn: number, imageOut: number): WireUsage {
  return {
    input_tokens: text + imageIn,
    input_tokens_details: { text_tokens: text, image_tokens: imageIn },
    output_tokens: imageOut,
    total_tokens: text + imageIn + imageOut,
  };
}

/** What OpenAI-HK takes for it, in thousandths of a credit: (text*5 + image_in*10 + image_out*40) * 7.1 * 10000 / 1000000. */
export function milliCredits(usage: WireUsage): number {
  const { text_tokens: text, image_tokens: imageIn } = usage.input_tokens_details;
  return (text * 5 + imageIn * 10 + usage.output_tokens * 40) * 71;
}

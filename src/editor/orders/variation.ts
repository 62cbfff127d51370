/**
 * What is asked for, in English, which every model knows best. It says what must stay before what may change: models that are only told to
 * vary draw another picture in another style.
 */
const variation = [
  'Make a variation of this image: the same asset drawn once more, a real alternative to it and no copy.',
  'Keep what it shows and what it is for, its style, medium, palette, framing and level of detail, and any text in it word for word.',
  'Keep the background as it is: plain, transparent or detailed.',
  'Vary the particulars: poses, shapes, arrangement, light and small details.',
  'Add no text, border, watermark or signature.',
].join(' ');

/** The prompt for variations of an image. @param hint what may vary, in the user's words; may be empty */
export const variationPrompt = (hint: string): string => (hint === '' ? variation : `${variation}\nWhat shall vary above all: ${hint}`);

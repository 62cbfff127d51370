/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ComparedPicture } from '../../../protocol/compare.ts';
import type { Size } from '../../../images/size.ts';

/** What a side is called where there is room for few words. */
export const titleOf = ({ label, name }: Pick<ComparedPicture, 'label' | 'name'>): string => (label === '' ? name : label);

/** A picture that fills its frame, or the sentence that it cannot be drawn. */
export function Picture({ of, above, broken, measured }: { readonly of: ComparedPicture; readonly above?: boolean; readonly broken: string; readonly measured: (size: Size) => void }): JSX.Element {
  const [failed, setFailed] = useState<string>();
  const { label, name, src } = of;
  return (
    <div class={above ? 'picture above' : 'picture'}>
      {failed === src ? (
        <p role="alert">{broken}</p>
      ) : (
        <img
          src={src}
          alt={label === '' ? name : `${label}: ${name}`}
          draggable={false}
          onLoad={({ currentTarget }) => measured({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })}
          onError={() => setFailed(src)}
        />
      )}
    </div>
  );
}

export const Caption = ({ of: { label, name, facts } }: { readonly of: ComparedPicture }): JSX.Element => (
  <figcaption>
    {label !== '' && <strong>{label}</strong>}
    <span>{name}</span>
    <span class="facts">{facts}</span>
  </figcaption>
);

/**
 * What gives a frame its place, for the style sheet: the shape of its last picture, and in pixels of the screen what its largest one has.
 * @param sizes in pixels; a picture that is not loaded yet is left out
 */
export function frameStyle(sizes: readonly (Size | undefined)[]): Readonly<Record<string, string>> {
  const known = sizes.filter((size) => size !== undefined);
  const shape = known.at(-1);
  if (!shape || shape.width === 0 || shape.height === 0) return {};
  const largest = (side: keyof Size): string => `${Math.max(...known.map((size) => size[side])) / devicePixelRatio}px`;
  return { '--ratio': `${shape.width} / ${shape.height}`, '--width': largest('width'), '--height': largest('height') };
}

/// <reference lib="dom" />
import type { ComponentChildren, JSX } from 'preact';

interface TableProps {
  /** What it is about: the heading above it says it to who can see. */
  readonly title: string;
  /** `figure`: numbers, at the right. */
  readonly heads: readonly { readonly title: string; readonly figure?: boolean }[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A table that scrolls by itself, by the keyboard as well. The first cell of a row is its head. */
export const Table = ({ title, heads, rows }: TableProps): JSX.Element => (
  <div class="table" role="region" aria-label={title} tabIndex={0}>
    <table>
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head.title} scope="col" class={head.figure === true ? 'figure' : undefined}>
              {head.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, at) => (
          <tr key={at}>
            {cells.map((cell, index) =>
              index === 0 ? (
                <th key={index} scope="row">
                  {cell}
                </th>
              ) : (
                <td key={index} class={heads[index]?.figure === true ? 'figure' : undefined}>
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

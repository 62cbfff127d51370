/// <reference lib="dom" />

/** Makes an element with attributes and children; nothing is ever parsed as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Readonly<Record<string, string>> = {}, ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button; `kind` is its look. */
export function button(title: string, kind: 'primary' | 'secondary' | 'toggle', press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind }, title);
  made.addEventListener('click', press);
  return made;
}

export interface Choice<Id extends string> {
  readonly id: Id;
  readonly title: string;
}

/**
 * One of few, side by side: a radio group, of which the arrow keys choose another member.
 * @param chosen hears each new choice
 */
export function choices<Id extends string>(label: string, items: readonly Choice<Id>[], first: Id, chosen: (id: Id) => void): HTMLElement {
  const name = `choices-${label}`;
  return element(
    'div',
    { role: 'radiogroup', 'aria-label': label, class: 'choices' },
    ...items.map(({ id, title }) => {
      const input = element('input', { type: 'radio', name, value: id });
      input.checked = id === first;
      input.addEventListener('change', () => chosen(id));
      return element('label', {}, input, element('span', {}, title));
    }),
  );
}

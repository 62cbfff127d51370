/// <reference lib="dom" />
import { cloneElement, isValidElement, type ButtonHTMLAttributes, type ComponentChildren, type JSX, type TargetedMouseEvent } from 'preact';
import { useId } from 'preact/hooks';

/** An icon of VS Code's own set, by its name there; said to nobody, so that what it stands for has to be said in words. */
export const Icon = ({ name, spin = false }: { readonly name: string; readonly spin?: boolean }): JSX.Element => (
  <span class={`codicon codicon-${name}${spin ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />
);

/** What turns while something is under way. `label`: what is under way, for those who cannot see it. */
export const Spinner = ({ label }: { readonly label?: string | undefined }): JSX.Element => (
  <span class="spinner" {...(label !== undefined && { role: 'status', 'aria-label': label })}>
    <Icon name="loading" spin />
  </span>
);

interface Press {
  readonly disabled?: boolean | undefined;
  /** Set the focus here when the place that holds the control opens. */
  readonly autofocus?: boolean | undefined;
  readonly onClick: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
}

/** Disabled for the eye, the ear and the hand, yet reached by Tab: so the reason in its title can be heard, and a press that disables it keeps the focus. */
const pressing = ({ disabled, autofocus, onClick }: Press): ButtonHTMLAttributes => ({
  type: 'button',
  'aria-disabled': disabled === true ? 'true' : undefined,
  autofocus: autofocus === true,
  onClick: (event) => {
    if (disabled !== true) onClick(event);
  },
});

interface ButtonProps extends Press {
  /** Secondary unless said otherwise; one primary in a place. */
  readonly kind?: 'primary' | 'secondary' | undefined;
  readonly icon?: string | undefined;
  /** Under way: it turns, and cannot be pressed again. */
  readonly busy?: boolean | undefined;
  readonly title?: string | undefined;
  readonly children: ComponentChildren;
}

/** A button with words. */
export const Button = ({ kind = 'secondary', icon, busy = false, title, children, disabled, ...press }: ButtonProps): JSX.Element => (
  <button class={`button ${kind}`} title={title} aria-busy={busy ? 'true' : undefined} {...pressing({ ...press, disabled: disabled === true || busy })}>
    {busy ? <Icon name="loading" spin /> : icon !== undefined && <Icon name={icon} />}
    <span>{children}</span>
  </button>
);

interface IconButtonProps extends Press {
  readonly icon: string;
  /** What it does: its name and its tooltip. */
  readonly label: string;
  /** Of what is on or off: whether it is on. */
  readonly pressed?: boolean | undefined;
  readonly busy?: boolean | undefined;
}

/** A button with an icon alone. */
export const IconButton = ({ icon, label, pressed, busy = false, disabled, ...press }: IconButtonProps): JSX.Element => (
  <button
    class="icon-button"
    title={label}
    aria-label={label}
    aria-pressed={pressed === undefined ? undefined : pressed ? 'true' : 'false'}
    aria-busy={busy ? 'true' : undefined}
    {...pressing({ ...press, disabled: disabled === true || busy })}
  >
    <Icon name={busy ? 'loading' : icon} spin={busy} />
  </button>
);

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what is entered; a hint gives way to it. */
  readonly fault?: string | undefined;
  /** One `input`, `select` or `textarea`, which is given its label and its hint; anything else is taken as a group of controls. */
  readonly children: ComponentChildren;
}

/** A control, or a group of them, under its label, with a hint or a fault below. */
export function Field({ label, hint, fault, children }: FieldProps): JSX.Element {
  const id = useId();
  const note = fault ?? hint;
  const described = note === undefined || note === '' ? undefined : `${id}-note`;
  const single = isValidElement(children) && typeof children.type === 'string' && ['input', 'select', 'textarea'].includes(children.type);
  return (
    <div class={`field${fault === undefined ? '' : ' faulty'}`} {...(!single && { role: 'group', 'aria-labelledby': `${id}-label`, 'aria-describedby': described })}>
      {single ? (
        <label id={`${id}-label`} for={id}>
          {label}
        </label>
      ) : (
        <span class="label" id={`${id}-label`}>
          {label}
        </span>
      )}
      {single ? cloneElement(children, { id, 'aria-describedby': described, 'aria-invalid': fault === undefined ? undefined : 'true' }) : children}
      {described !== undefined && (
        <span id={described} class={fault === undefined ? 'hint' : 'fault'}>
          {fault !== undefined && <Icon name="error" />}
          {note}
        </span>
      )}
    </div>
  );
}

/** One member of a {@link Select}. `disabled`: why it cannot be had, as a sentence. */
export interface Option<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly disabled?: string | undefined;
}

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly onChange: (value: Value) => void;
}

/** One of a closed list, chosen from the browser's own list. A member that cannot be had says why beside its title, since a list has no tooltips. */
export function Select<Value extends string>({ label, value, options, hint, fault, disabled = false, onChange }: SelectProps<Value>): JSX.Element {
  return (
    <Field label={label} hint={hint} fault={fault}>
      <select value={value} disabled={disabled} onChange={({ currentTarget }) => onChange(currentTarget.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled !== undefined} title={option.disabled}>
            {option.disabled === undefined ? option.title : `${option.title} – ${option.disabled}`}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly hint?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly onChange: (checked: boolean) => void;
}

/** Something that is so or not. */
export function Checkbox({ label, checked, hint, disabled = false, onChange }: CheckboxProps): JSX.Element {
  const id = useId();
  return (
    <div class="checkbox">
      <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-describedby={hint === undefined ? undefined : `${id}-note`} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <span id={`${id}-note`} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
}

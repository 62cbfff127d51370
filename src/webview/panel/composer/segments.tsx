/// <reference lib="dom" />
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { ComposerField } from '../../../protocol/panel.ts';
import { Field, type Option } from '../../parts/controls.tsx';

interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  /** What faults of the composer lead here. */
  readonly field?: ComposerField | undefined;
  readonly onChange: (value: Value) => void;
}

/** One of few, side by side; the arrow keys choose. Why a member cannot be had is said below, and by the member itself. */
export function Segments<Value extends string>({ label, value, options, hint, fault, field, onChange }: SegmentsProps<Value>): JSX.Element {
  const name = useId();
  const reasons = [...new Set(options.flatMap(({ disabled }) => disabled ?? []))].join(' ');
  return (
    <Field label={label} hint={[hint, reasons].filter(Boolean).join(' ')} fault={fault}>
      <div class="segments" role="radiogroup" aria-label={label} data-field={field}>
        {options.map((option) => (
          <label key={option.value} title={option.disabled} class={option.disabled === undefined ? '' : 'disabled'}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled !== undefined}
              aria-description={option.disabled}
              onChange={() => onChange(option.value)}
            />
            <span>{option.title}</span>
          </label>
        ))}
      </div>
    </Field>
  );
}

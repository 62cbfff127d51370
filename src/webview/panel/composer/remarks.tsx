/// <reference lib="dom" />
import type { JSX } from 'preact';
import type { PanelReference } from '../../../protocol/panel.ts';
import { Button, Icon } from '../../parts/controls.tsx';

interface RemarksProps {
  readonly reference: PanelReference;
  readonly onMend: (mend: string) => void;
}

/** What is wrong with one file of an edit, or worth knowing, and what would put it right, each by a click. */
export function Remarks({ reference: { faults, doubts, mends }, onMend }: RemarksProps): JSX.Element | null {
  if (faults.length + doubts.length + mends.length === 0) return null;
  return (
    <div class="remarks">
      {faults.map((sentence) => (
        <p key={sentence} class="fault">
          <Icon name="error" /> {sentence}
        </p>
      ))}
      {doubts.map((sentence) => (
        <p key={sentence} class="doubt">
          <Icon name="warning" /> {sentence}
        </p>
      ))}
      {mends.length > 0 && (
        <div class="mends">
          {mends.map(({ id, title }) => (
            <Button key={id} icon="wand" onClick={() => onMend(id)}>
              {title}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

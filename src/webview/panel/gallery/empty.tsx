import type { JSX } from 'preact';
import { Button, Icon } from '../../parts/controls.tsx';

interface EmptyProps {
  readonly icon: string;
  readonly title: string;
  readonly children: string;
  readonly action: string;
  readonly onAction: () => void;
}

/** What stands where there is no picture: why, and what to do. */
export const Empty = ({ icon, title, children, action, onAction }: EmptyProps): JSX.Element => (
  <div class="empty">
    <Icon name={icon} />
    <h3>{title}</h3>
    <p>{children}</p>
    <Button onClick={onAction}>{action}</Button>
  </div>
);

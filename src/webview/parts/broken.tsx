/// <reference lib="dom" />
import { Component, type ComponentChildren, type JSX } from 'preact';
import type { Translate } from '../../images/words.ts';
import { Button, Icon } from './controls.tsx';

/** A page's line to the editor, as far as it is needed here. */
interface LogShower {
  readonly ask: (name: 'log.show', ask: Record<string, never>) => Promise<unknown>;
}

interface StoppedProps {
  readonly t: Translate;
  readonly connection: LogShower;
  readonly sentence: string;
  /** What is tried when the user wants it anew. */
  readonly onRetry: () => void;
}

/** In the place of a panel that cannot go on: why, and the way out. */
export const Stopped = ({ t, connection, sentence, onRetry }: StoppedProps): JSX.Element => (
  <main class="stopped" tabIndex={-1}>
    <div role="alert">
      <Icon name="error" />
      <p>{sentence}</p>
    </div>
    <div class="acts">
      <Button kind="primary" autofocus onClick={onRetry}>
        {t('Reload')}
      </Button>
      {/* Where nobody answers, there is nobody to say so to either. */}
      <Button onClick={() => void connection.ask('log.show', {}).catch(() => undefined)}>{t('Show Log')}</Button>
    </div>
  </main>
);

interface BoundaryProps {
  readonly t: Translate;
  readonly connection: LogShower;
  /** Draws everything anew. */
  readonly onRetry: () => void;
  readonly children: ComponentChildren;
}

/** Catches what breaks while the panel draws itself, instead of leaving a blank page. What the user has put together is in the editor, and comes back with a reload. */
export class Boundary extends Component<BoundaryProps, { readonly broken?: string }> {
  override state: { readonly broken?: string } = {};

  static override getDerivedStateFromError(error: unknown): { readonly broken: string } {
    return { broken: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render({ t, connection, onRetry, children }: BoundaryProps): ComponentChildren {
    const { broken } = this.state;
    if (broken === undefined) return children;
    return <Stopped t={t} connection={connection} sentence={t('Something in the panel broke: {0}. Reload it; what you have put together is kept.', broken)} onRetry={onRetry} />;
  }
}

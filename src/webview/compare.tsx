/// <reference lib="dom" />
import { render, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toCompare, type Comparison, type FromCompare } from '../protocol/compare.ts';
import { connect } from './host.ts';
import { CompareView, firstLook, type CompareLook } from './panel/compare/compareView.tsx';

const host = connect<unknown, FromCompare, CompareLook>();

/** The panel of before and after. How the user looks at it is remembered while it is hidden. */
function App(): JSX.Element | null {
  const [comparison, setComparison] = useState<Comparison>();
  const [look, setLook] = useState<CompareLook>({ ...firstLook, ...host.remembered });
  useEffect(() => {
    host.listen((message) => {
      const heard = toCompare.safeParse(message);
      if (heard.success) setComparison(heard.data.comparison);
      else console.warn('a message that cannot be read was dropped');
    });
    host.send({ type: 'ready' });
  }, []);
  if (!comparison) return null;

  const { before, after, actions, texts } = comparison;
  const change = (next: CompareLook): void => {
    host.remember(next);
    setLook(next);
  };
  return (
    <main>
      <CompareView before={before} after={after} texts={texts} look={look} change={change}>
        {actions.map(({ action, title }, index) => (
          <button key={action} type="button" class={index === actions.length - 1 ? 'primary' : 'secondary'} onClick={() => host.send({ type: 'act', action })}>
            {title}
          </button>
        ))}
      </CompareView>
    </main>
  );
}

const root = document.querySelector('#panel');
if (root) render(<App />, root);

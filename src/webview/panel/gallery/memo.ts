import { Component, type ComponentClass, type JSX } from 'preact';

/** A component that is drawn anew only when a member of its properties has become another. It uses no hooks and no context. */
export function memo<Props extends object>(draw: (props: Props) => JSX.Element): ComponentClass<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return (Object.keys({ ...next, ...this.props }) as (keyof Props)[]).some((name) => next[name] !== this.props[name]);
    }
    render(props: Props): JSX.Element {
      return draw(props);
    }
  };
}

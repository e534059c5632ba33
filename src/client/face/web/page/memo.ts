// A component that is drawn anew only when one of its properties is another value.
import { Component, type ComponentChild, type FunctionComponent, h } from "preact";

export function memo<P extends object>(draw: FunctionComponent<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differs(this.props as P, next);
    }

    override render(): ComponentChild {
      return h(draw as FunctionComponent<object>, this.props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

function differs<P extends object>(before: P, after: P): boolean {
  const [old, now] = [before, after].map((props) => props as Readonly<Record<string, unknown>>);
  const names = Object.keys(after);
  return names.length !== Object.keys(before).length || names.some((name) => old?.[name] !== now?.[name]);
}

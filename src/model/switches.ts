import type { Blocks } from '../numerics/blocks.js';
import type { Input } from './driven.js';
import type { Couplings, Held } from './topology.js';
import type { State, Switches } from './types.js';

/** Those of couplings that choose by what the units of a state tell. */
export function switchesOf(
  { held, windows }: Couplings,
  { theta, x, shapes, home }: Input,
  tell: (s: State, out: Blocks) => void,
): Switches | undefined {
  if (held === undefined || windows === undefined) return undefined;
  let places: readonly { readonly at: Held; readonly p: Blocks }[] | undefined;
  return {
    windows: windows * x.rows,
    between(a, b) {
      const like = home.of(shapes);
      places ??= [a, b].map(() => ({ at: held(theta, x, like), p: like.like() }));
      const [here, there] = [a, b].map((s, i) => {
        const { at, p } = places![i];
        tell(s.im ? like.copy(s) : s, p);
        at.hold(p);
        return at.routes;
      });
      return here.reduce((sum, routes, i) => sum + differing(routes, there[i]), 0);
    },
  };
}

function differing(a: ArrayLike<number> = [], b: ArrayLike<number> = []): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

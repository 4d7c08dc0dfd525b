import type { Blocks } from '../../numerics/blocks.js';
import type { Routes } from '../../numerics/convolution.js';
import { Matrix } from '../../numerics/matrix.js';
import { workspace } from '../../numerics/workspace.js';
import type { Held } from '../topology.js';
import type { Params } from '../types.js';
import { type Flow, flow, type Scaling } from './flow.js';
import type { Parts } from './parts.js';

/** The flow by the routes of one place, in memory of its own; see Couplings.held. */
export function holding(
  parts: Parts,
  scaling: Scaling,
  theta: Params,
  x: Matrix,
  like: Blocks,
): Flow & Pick<Held, 'routes' | 'hold' | 'addSwitched'> {
  const { connections, layers } = parts;
  const all = connections.map(({ routed, to }): Routes | undefined =>
    routed ? like.of([{ name: 'routes', rows: x.rows, cols: layers[to].units }]).data : undefined,
  );
  return {
    ...flow(parts, scaling, all),
    // those over the input are no choice of a state
    routes: all.map((routes, i) => (connections[i].from === 0 ? undefined : routes)),
    hold(p) {
      connections.forEach(({ routed, from, to, at, forward }, i) => {
        if (!routed) return;
        const out = new Matrix(x.rows, layers[to].units, workspace('nowhere', x.rows * layers[to].units));
        forward(theta.parts[0][at], from === 0 ? x : p.parts[0][from - 1], 0, out, all[i]);
      });
    },
    addSwitched(alpha, p, q, other, out) {
      connections.forEach(({ routed, from, to, at, addPairs }, i) => {
        if (!routed || from === 0 || !differs(all[i]!, other.routes[i]!)) return;
        const scale = alpha * scaling.scales[to - 1];
        addPairs(scale, p[from - 1], q[to - 1], out.parts[0][at], all[i], other.routes[i] as Routes);
      });
    },
  };
}

const differs = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  Array.prototype.some.call(a, (route, i) => route !== b[i]);

/** What goes through the connections of a graph of layers, up and down, and what their gradients are made of. */

import type { Blocks } from '../../numerics/blocks.js';
import type { Routes } from '../../numerics/convolution.js';
import { Matrix } from '../../numerics/matrix.js';
import { power } from '../../numerics/power.js';
import { workspace } from '../../numerics/workspace.js';
import type { Chain } from '../predictive/chain.js';
import type { Couplings } from '../topology.js';
import type { Params } from '../types.js';
import type { Connection } from './connection.js';
import type { Parts } from './parts.js';

export interface Scaling {
  /** γ: what comes down k layers counts γ^k times. */
  readonly feedback: number;
  /** D, by block. */
  readonly scales: readonly number[];
}

export type Flow = Pick<Couplings, 'drive' | 'couple' | 'addPairs' | 'addInputPairs'> & Pick<Chain, 'push' | 'pull'>;

type Matrices = readonly Matrix[];

/** By the routes that are `held`, one memory a connection; without them by those of what goes up. */
export function flow(parts: Parts, { feedback, scales }: Scaling, held?: readonly (Routes | undefined)[]): Flow {
  const { connections, biases, layers } = parts;
  const every = layers.slice(1).map((_, k) => k);
  const inner = connections.filter(({ from }) => from > 0);
  const outer = connections.filter(({ from }) => from === 0);
  /** Where routes are known, or found on the way up and still there on the way down. */
  const routesOf = (wire: Connection, examples: number): Routes | undefined =>
    wire.routed
      ? (held?.[connections.indexOf(wire as never)] ?? workspace('routes', examples * layers[wire.to].units))
      : undefined;
  const heldOf = (wire: Connection): Routes | undefined => {
    if (wire.routed && held === undefined) throw new RangeError(`no routes are held of ${wire.weights.name}`);
    return held?.[connections.indexOf(wire as never)];
  };
  const down = ({ from, to }: Connection) => power(feedback, to - from);

  return {
    drive(theta, x, out) {
      out.re.fill(0);
      for (const wire of outer) {
        const to = out.parts[0][wire.to - 1];
        wire.forward(theta.parts[0][wire.at], x, to, to, routesOf(wire, x.rows), held !== undefined);
      }
      for (const [k, { at, add }] of biases.entries()) add(theta.parts[0][at], out.parts[0][k]);
    },
    couple(theta, p, start, out, blocks = every) {
      const sum = sums(start, out);
      for (const wire of inner) {
        const [w, below, above] = [theta.parts[0][wire.at], wire.from - 1, wire.to - 1];
        const [goesUp, goesDown] = [blocks.includes(above), blocks.includes(below)];
        for (let part = 0; part < p.parts.length && (goesUp || goesDown); part++) {
          const u = p.parts[part];
          const [routes, given] = [routesOf(wire, u[below].rows), held !== undefined || part > 0];
          if (goesUp) wire.forward(w, u[below], ...sum(part, above), routes, given);
          else if (wire.routed && !given) wire.forward(w, u[below], 0, nowhere(u[above]), routes);
          if (goesDown) wire.backward(down(wire), w, u[above], ...sum(part, below), routes);
        }
      }
      for (const k of blocks) for (let part = 0; part < p.parts.length; part++) settle(sum(part, k));
    },
    addPairs(alpha, p, q, out) {
      for (const wire of inner) pairs(wire, alpha, p[wire.from - 1], q, out);
    },
    addInputPairs(alpha, x, p, out) {
      for (const wire of outer) pairs(wire, alpha, x, p, out);
      for (const [k, { at, addSums }] of biases.entries()) addSums(alpha * scales[k], p[k], out.parts[0][at]);
    },
    push(theta, p, start, out, only) {
      const blocks = only === undefined ? every : [only];
      const sum = sums(start, out);
      for (const wire of inner) {
        if (!blocks.includes(wire.to - 1)) continue;
        p.parts.forEach((u, part) => {
          const given = held !== undefined || part > 0;
          const routes = routesOf(wire, u[0].rows);
          wire.forward(theta.parts[0][wire.at], u[wire.from - 1], ...sum(part, wire.to - 1), routes, given);
        });
      }
      for (const k of blocks) for (let part = 0; part < p.parts.length; part++) settle(sum(part, k));
    },
    pull(theta, q, out) {
      const sum = sums(0, out);
      for (let part = 0; part < q.parts.length; part++) {
        for (const wire of inner) {
          const v = q.parts[part][wire.to - 1];
          wire.backward(1, theta.parts[0][wire.at], v, ...sum(part, wire.from - 1), heldOf(wire));
        }
        for (const k of every) settle(sum(part, k));
      }
    },
  };

  function pairs(wire: (typeof connections)[number], alpha: number, u: Matrix, q: Matrices, out: Params): void {
    wire.addPairs(alpha * scales[wire.to - 1], u, q[wire.to - 1], out.parts[0][wire.at], heldOf(wire));
  }
}

/** Blocks of `out` as sums that begin at `start`: [what it is until now, where it is]. */
function sums(start: 0 | Blocks, out: Blocks): (part: number, block: number) => [now: 0 | Matrix, to: Matrix] {
  const begun = new Set<Matrix>();
  return (part, block) => {
    const to = out.parts[part][block];
    if (begun.has(to)) return [to, to];
    begun.add(to);
    return [(start !== 0 && start.parts[part]?.[block]) || 0, to];
  };
}

/** What nothing has been added to is its start. */
function settle([now, to]: readonly [now: 0 | Matrix, to: Matrix]): void {
  if (now === 0) to.data.fill(0);
  else if (now !== to) to.data.set(now.data);
}

const nowhere = ({ rows, cols }: Matrix): Matrix => new Matrix(rows, cols, workspace('nowhere', rows * cols));

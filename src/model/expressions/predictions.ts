import { type Matrix, math } from '../../numerics/matrix.js';
import type { Numbers } from '../../numerics/numbers.js';

import type { Params, Predictions, Predictor, State } from '../types.js';
import { emptyScope, type Formula, type Scope } from './expression.js';
import type { MathComplex } from './functions.js';
import type { ExpressionGraph, Node } from './graph.js';

/** p(s) of a graph of expressions, node by node and example by example. */
export function expressionPredictions(graph: ExpressionGraph, theta: Params, x: Matrix): Predictions {
  return {
    // values are looked up when they are needed
    refresh() {},
    forward(s) {
      const units = s.parts[0][0];
      for (let i = 0; i < x.rows; i++) {
        const scope = scopeOf(graph, theta, x, i);
        const row = units.row(i);
        // each behind those that it is made of
        graph.nodes.forEach(({ name, expression }, k) => {
          row[k] = realOf(expression.value(scope));
          scope.set(name, row[k]);
        });
      }
    },
    predictor: (like) => expressionPredictor(graph, theta, x, like),
  };
}

/** Inputs and parameters of an example. */
function scopeOf({ inputs, parameters }: ExpressionGraph, theta: Params, x: Matrix, example: number): Scope {
  const scope = emptyScope();
  for (const [j, name] of inputs.entries()) scope.set(name, x.row(example)[j]);
  for (const [k, name] of parameters.entries()) scope.set(name, theta.parts[0][k].data[0]);
  return scope;
}

/** mathjs answers by a complex number where a real one is beyond a function's domain. */
const realOf = (value: number | MathComplex): number => (typeof value === 'number' ? value : Number.NaN);

/** The formulas of one slope, or one curvature, with the places that it leads from and to. */
interface Way {
  readonly from: number;
  readonly node: number;
  readonly formula: Formula;
}

interface Bend extends Way {
  readonly other: number;
}

function expressionPredictor(graph: ExpressionGraph, theta: Params, x: Matrix, like: State): Predictor {
  const units = graph.nodes.length;
  const examples = [...new Array(x.rows).keys()];
  const slopes = waysFrom(graph.nodes, names(graph));
  const grads = waysFrom(graph.nodes, graph.parameters);
  const value = like.like();
  /** Of the slopes, at the place that it was moved to: for each example in turn. */
  const count = slopes.length * x.rows;
  const re = new Float64Array(count);
  const im = like.im && new Float64Array(count);
  let scopes: readonly Scope[] = [];
  let bends: readonly Bend[] | undefined;
  let gradBends: readonly Bend[] | undefined;

  /** out_to += slope · v_from, complex where they are. */
  function addProduct(place: number, v: State, from: number, out: State, to: number): void {
    out.re[to] += re[place] * v.re[from];
    if (!(im && v.im && out.im)) return;
    out.re[to] -= im[place] * v.im[from];
    out.im[to] += re[place] * v.im[from] + im[place] * v.re[from];
  }

  /** For every slope of every example: its place, and those of what it leads from and to. */
  function each(act: (place: number, from: number, node: number) => void): void {
    for (const i of examples) {
      for (const [w, { from, node }] of slopes.entries())
        act(i * slopes.length + w, i * units + from, i * units + node);
    }
  }

  /** e · ∂²p/∂from ∂other · v */
  function eachBend(
    ways: readonly Bend[],
    v: State,
    e: State,
    add: (example: number, from: number, change: number) => void,
  ) {
    for (const [i, scope] of scopes.entries()) {
      for (const { from, other, node, formula } of ways) {
        add(i, from, realOf(formula(scope)) * v.re[i * units + other] * e.re[i * units + node]);
      }
    }
  }

  return {
    value,
    move(s) {
      scopes = examples.map((i) => {
        const scope = scopeOf(graph, theta, x, i);
        for (const [k, { name }] of graph.nodes.entries()) {
          const at = i * units + k;
          scope.set(name, s.im ? math.complex(s.re[at], s.im[at]) : s.re[at]);
        }
        for (const [k, { expression }] of graph.nodes.entries()) put(expression.value(scope), value, i * units + k);
        for (const [w, { formula }] of slopes.entries()) put(formula(scope), { re, im }, i * slopes.length + w);
        return scope;
      });
    },
    back(e, out) {
      out.fill(0);
      each((place, from, node) => addProduct(place, e, node, out, from));
    },
    along(v, out) {
      out.fill(0);
      each((place, from, node) => addProduct(place, v, from, out, node));
    },
    addGrad(e, out) {
      for (const [i, scope] of scopes.entries()) {
        for (const { from, node, formula } of grads) {
          const [slope, at] = [formula(scope), i * units + node];
          const change =
            typeof slope === 'number' ? slope * e.re[at] : slope.re * e.re[at] - slope.im * (e.im?.[at] ?? Number.NaN);
          out.parts[0][from].data[0] += change;
        }
      }
    },
    bend(v, e, out) {
      bends ??= bendsOf(graph.nodes, names(graph), names(graph));
      out.fill(0);
      eachBend(bends, v, e, (i, from, change) => {
        out.re[i * units + from] += change;
      });
    },
    addGradBend(v, e, out) {
      gradBends ??= bendsOf(graph.nodes, graph.parameters, names(graph));
      eachBend(gradBends, v, e, (_, from, change) => {
        out.parts[0][from].data[0] += change;
      });
    },
  };
}

const names = ({ nodes }: ExpressionGraph): string[] => nodes.map(({ name }) => name);

/** From those of these names that a node is made of, to it. */
function waysFrom(nodes: readonly Node[], from: readonly string[]): Way[] {
  return nodes.flatMap(({ expression }, node) =>
    from.flatMap((name, at): Way[] =>
      expression.symbols.includes(name) ? [{ from: at, node, formula: expression.slope(name) }] : [],
    ),
  );
}

function bendsOf(nodes: readonly Node[], from: readonly string[], others: readonly string[]): Bend[] {
  return waysFrom(nodes, from).flatMap(({ from: at, node }) => {
    const { expression } = nodes[node];
    return others.flatMap((name, other): Bend[] =>
      expression.symbols.includes(name)
        ? [{ from: at, other, node, formula: expression.curvature(from[at], name) }]
        : [],
    );
  });
}

function put(
  value: number | MathComplex,
  into: { readonly re: Numbers; readonly im?: Numbers | undefined },
  at: number,
): void {
  into.re[at] = typeof value === 'number' || !into.im ? realOf(value) : value.re;
  if (into.im) into.im[at] = typeof value === 'number' ? 0 : value.im;
}

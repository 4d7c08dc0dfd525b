import type { NetworkProblem } from '../topology.js';
import { type Expression, readExpression } from './expression.js';
import { arities, constants, values } from './functions.js';

/** What a spec says of a graph of expressions. */
export interface GraphChoice {
  readonly nodes: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
  readonly inputs?: readonly string[] | undefined;
}

export interface Node {
  readonly name: string;
  readonly expression: Expression;
  /** Places among the nodes of those that it is made of. */
  readonly parents: readonly number[];
}

/** Nodes that are functions of other nodes, without circles: each behind those that it is made of, but the outputs last. */
export interface ExpressionGraph {
  readonly nodes: readonly Node[];
  readonly outputs: number;
  readonly inputs: readonly string[];
  /** Names that are neither nodes nor inputs. */
  readonly parameters: readonly string[];
  /** Steps from the outputs; absent where ways of different length lead there. */
  readonly delays?: readonly number[];
}

/** A graph without problems. */
export function expressionGraph({ nodes, outputs, inputs = [] }: GraphChoice): ExpressionGraph {
  const expressions = new Map(Object.entries(nodes).map(([name, text]) => [name, readExpression(text) as Expression]));
  const { order } = sorted(expressions);
  const names = [...order.filter((name) => !outputs.includes(name)), ...outputs];
  const known = new Set([...names, ...inputs]);
  const symbols = new Set([...expressions.values()].flatMap((expression) => expression.symbols));
  const made = names.map((name): Node => {
    const expression = expressions.get(name)!;
    return { name, expression, parents: expression.symbols.flatMap((symbol) => placesOf(symbol, names)) };
  });
  const delays = delaysOf(made, outputs.length);
  return {
    nodes: made,
    outputs: outputs.length,
    inputs,
    parameters: [...symbols].filter((symbol) => !known.has(symbol)),
    ...(delays && { delays }),
  };
}

const placesOf = (symbol: string, names: readonly string[]): number[] => {
  const at = names.indexOf(symbol);
  return at < 0 ? [] : [at];
};

/** Every name behind those that its expression is made of; or a circle that they make. */
function sorted(expressions: ReadonlyMap<string, Expression>): { order: string[]; circle?: string[] } {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const way: string[] = [];
  const visit = (name: string): string[] | undefined => {
    if (state.get(name) === 'done') return undefined;
    way.push(name);
    if (state.get(name) === 'open') return way.slice(way.indexOf(name));
    state.set(name, 'open');
    for (const symbol of expressions.get(name)!.symbols) {
      const circle = expressions.has(symbol) ? visit(symbol) : undefined;
      if (circle) return circle;
    }
    way.pop();
    state.set(name, 'done');
    order.push(name);
    return undefined;
  };
  for (const name of expressions.keys()) {
    const circle = visit(name);
    if (circle) return { order, circle };
  }
  return { order };
}

function delaysOf(nodes: readonly Node[], outputs: number): number[] | undefined {
  const delays = nodes.map((_, k) => (k < nodes.length - outputs ? undefined : 0)) as (number | undefined)[];
  for (let k = nodes.length - 1; k >= 0; k--) {
    for (const parent of nodes[k].parents) {
      const delay = delays[k]! + 1;
      if (delays[parent] !== undefined && delays[parent] !== delay) return undefined;
      delays[parent] = delay;
    }
  }
  return delays as number[];
}

/** What is wrong with a graph whose options each look right. */
export function graphProblems({ nodes, outputs, inputs = [] }: GraphChoice): NetworkProblem[] {
  const named = nameProblems({ nodes, outputs, inputs });
  const read = Object.entries(nodes).map(([name, text]) => [name, readExpression(text)] as const);
  const wrong = read.flatMap(([name, one]): NetworkProblem[] =>
    'problem' in one ? [[['nodes', name], one.problem]] : [],
  );
  if (named.length > 0 || wrong.length > 0) return [...named, ...wrong];
  const expressions = new Map(read as [string, Expression][]);
  const { circle } = sorted(expressions);
  if (circle) {
    return [[['nodes', circle[0]], `is made of itself: ${circle.toReversed().join(' → ')}`]];
  }
  return [...outputProblems(expressions, outputs), ...emptyProblems({ nodes, outputs, inputs })];
}

function nameProblems({ nodes, outputs, inputs = [] }: GraphChoice): NetworkProblem[] {
  const taken = (name: string): string | undefined => {
    if (arities.has(name)) return 'is a function';
    return [...constants, ...values].includes(name) ? 'is a constant' : undefined;
  };
  const called = (at: (string | number)[], name: string): NetworkProblem[] => {
    const what = taken(name);
    return what === undefined ? [] : [[at, `${name} ${what}: call it something else`]];
  };
  return [
    ...Object.keys(nodes).flatMap((name) => called(['nodes', name], name)),
    ...inputs.flatMap((name, i): NetworkProblem[] =>
      Object.hasOwn(nodes, name) ? [[['inputs', i], `${name} is a node, too`]] : called(['inputs', i], name),
    ),
    ...repeated('inputs', inputs),
    ...repeated('outputs', outputs),
    ...outputs.flatMap((name, i): NetworkProblem[] =>
      Object.hasOwn(nodes, name)
        ? []
        : [[['outputs', i], `${name} is no node; nodes are ${Object.keys(nodes).join(', ')}`]],
    ),
  ];
}

const repeated = (key: string, names: readonly string[]): NetworkProblem[] =>
  names.flatMap((name, i): NetworkProblem[] => (names.indexOf(name) < i ? [[[key, i], `${name} is there twice`]] : []));

/** An output is held, so that nothing comes back through it; and what leads to no output has no error. */
function outputProblems(expressions: ReadonlyMap<string, Expression>, outputs: readonly string[]): NetworkProblem[] {
  const feeds = new Map<string, string>();
  for (const [name, { symbols }] of expressions) for (const symbol of symbols) feeds.set(symbol, name);
  return [...expressions.keys()].flatMap((name): NetworkProblem[] => {
    const to = feeds.get(name);
    if (outputs.includes(name))
      return to === undefined
        ? []
        : [[['outputs', outputs.indexOf(name)], `${name} is part of node ${to}: an output must lead no further`]];
    return to === undefined ? [[['nodes', name], 'leads to no output']] : [];
  });
}

function emptyProblems(choice: GraphChoice): NetworkProblem[] {
  if (expressionGraph(choice).parameters.length > 0) return [];
  return [['nodes', 'nodes have no parameter: every name in them is a node or an input']];
}

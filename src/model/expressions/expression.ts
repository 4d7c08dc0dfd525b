import type { MathNode } from 'mathjs';
import { math } from '../../numerics/matrix.js';
import { arities, constants, type MathComplex, NAME, overrides, POWER } from './functions.js';

/** Values by name. */
export type Scope = Map<string, unknown>;

/** A formula, ready to be evaluated; complex where a value is, NaN where a real one is beyond its domain. */
export type Formula = (scope: Scope) => number | MathComplex;

export interface Expression {
  /** Names in it that are no constants, in order. */
  readonly symbols: readonly string[];
  readonly value: Formula;
  /** ∂/∂name, and ∂²/∂name ∂other; made when they are first asked for. */
  slope(name: string): Formula;
  curvature(name: string, other: string): Formula;
}

/** A scope with the functions that mathjs's own do not do for. */
export const emptyScope = (): Scope => new Map<string, unknown>(overrides);

/** Of so many characters at most: derivatives are longer. */
export const LONGEST = 200;

/** The expression that a text is, or what is wrong with it, in words that go on after its place. Nothing in it is carried out. */
export function readExpression(text: string): Expression | { readonly problem: string } {
  try {
    const node = math.parse(text);
    const problem = problemOf(node);
    return problem === undefined ? expressionOf(rewritten(node, differentiable)) : { problem };
  } catch (error) {
    const why = error instanceof RangeError ? 'nested too deeply' : (error as Error).message;
    return { problem: `is no expression: ${why}` };
  }
}

/** What mathjs's types do not tell of a node. */
interface Parts {
  readonly type: string;
  readonly fn?: string | (Parts & { readonly name?: string });
  readonly op?: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly args?: readonly Parts[];
  readonly content?: Parts;
}

const operators: readonly unknown[] = ['add', 'subtract', 'multiply', 'divide', 'pow', 'unaryMinus', 'unaryPlus'];

/** Whether all of it may stand there: numbers, names, arithmetic, and functions of the list. */
function problemOf(node: Parts): string | undefined {
  const inside = () => [...(node.args ?? []), ...(node.content ? [node.content] : [])].map(problemOf).find(Boolean);
  switch (node.type) {
    case 'ParenthesisNode':
      return inside();
    case 'SymbolNode':
      return symbolProblem(node.name!);
    case 'ConstantNode':
      if (typeof node.value === 'number' && Number.isFinite(node.value)) return undefined;
      return node.value === undefined
        ? 'is empty'
        : `${typeof node.value === 'string' ? JSON.stringify(node.value) : node.value} is no finite number`;
    case 'OperatorNode':
      return operators.includes(node.fn) ? inside() : `'${node.op}' may not stand there: only + − * / ^ ( )`;
    case 'FunctionNode':
      return functionProblem(node) ?? inside();
    default:
      return `may have numbers, names, + − * / ^ ( ) and functions only, got ${kindOf(node)}`;
  }
}

function symbolProblem(name: string): string | undefined {
  if (arities.has(name)) return `${name} is a function: it needs parentheses`;
  return NAME.test(name) ? undefined : `'${name}' is no name: letters, digits and _, a letter first`;
}

const kindOf = ({ type }: Parts): string =>
  type
    .replace(/Node$/, '')
    .replace(/(?<=.)([A-Z])/g, ' $1')
    .toLowerCase();

function functionProblem({ fn, args = [] }: Parts): string | undefined {
  const name = typeof fn === 'object' && fn.type === 'SymbolNode' ? fn.name! : undefined;
  const arity = name === undefined ? undefined : arities.get(name);
  if (arity === undefined) {
    return `${name === undefined ? 'what is called there' : `'${name}'`} is no function that may stand there: ${[...arities.keys()].join(', ')}`;
  }
  return args.length === arity
    ? undefined
    : `${name} takes ${arity} argument${arity > 1 ? 's' : ''}, got ${args.length}`;
}

/** From the leaves up. */
const rewritten = (node: MathNode, rule: (node: MathNode) => MathNode): MathNode =>
  rule(node.map((part) => rewritten(part, rule)));

/** In terms of what mathjs differentiates. */
function differentiable(node: MathNode): MathNode {
  const { type, fn, args } = node as unknown as Parts;
  const rule = type === 'FunctionNode' ? rewritings[(fn as Parts).name!] : undefined;
  return rule === undefined ? node : rule(args as unknown as MathNode[]);
}

const power = (base: MathNode, exponent: MathNode): MathNode => new math.OperatorNode('^', 'pow', [base, exponent]);
const constant = (value: number): MathNode => new math.ConstantNode(value);

const rewritings: Readonly<Record<string, (args: readonly MathNode[]) => MathNode>> = {
  square: ([of]) => power(of, constant(2)),
  cube: ([of]) => power(of, constant(3)),
  log2: ([of]) => new math.OperatorNode('/', 'divide', [new math.FunctionNode('log', [of]), constant(Math.LN2)]),
  pow: ([base, exponent]) => power(base, exponent),
};

function expressionOf(node: MathNode): Expression {
  const symbols = new Set<string>();
  node.traverse((part, path) => {
    const { type, name } = part as unknown as Parts;
    if (type === 'SymbolNode' && path !== 'fn' && !constants.includes(name!)) symbols.add(name!);
  });
  const slopes = remembering((name) => math.derivative(node, name, { simplify: false }));
  const formulas = remembering((names) => {
    const [first, second] = names.split(' ');
    const slope = slopes(first);
    return compiled(second === undefined ? slope : math.derivative(slope, second, { simplify: false }));
  });
  return {
    symbols: [...symbols],
    value: compiled(node),
    slope: formulas,
    curvature: (name, other) => formulas(`${name} ${other}`),
  };
}

function compiled(node: MathNode): Formula {
  const { evaluate } = rewritten(node, ownPower).compile() as { evaluate(scope: Scope): unknown };
  return (scope) => evaluate(scope) as number | MathComplex;
}

/** A scope has another for a function, not for an operator. */
function ownPower(node: MathNode): MathNode {
  const { fn, args } = node as unknown as Parts;
  return fn === 'pow' ? new math.FunctionNode(POWER, args as unknown as MathNode[]) : node;
}

function remembering<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}

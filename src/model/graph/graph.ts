/**
 * Graphs as a spec describes them: nodes, edges between them, and what is done to nodes. Sources are held at the input,
 * fixed nodes stay where they are, all others are free; targets are the free nodes that are the outputs.
 */
import * as z from 'zod';
import type { NetworkProblem } from '../topology.js';
import { type Edge, grid, mostEdges, type Pattern, type Position, random, triangular } from './generators.js';

const node = () => z.int().nonnegative();
const nodeList = () => z.array(node()).max(MOST_EDGES);
const seedOption = z.int().nonnegative().default(1).describe('of the random numbers');

/** Beyond that nothing here would come to rest in a day. */
const MOST_EDGES = 1_000_000;

const side = () => z.int().positive().max(2000);
const generator = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('grid'), rows: side(), columns: side() }),
  z.strictObject({ name: z.literal('triangular'), rows: side(), columns: side() }),
  z.strictObject({
    name: z.literal('random'),
    nodes: z.int().min(2).max(MOST_EDGES).describe('number of nodes'),
    edges: z.int().positive().max(MOST_EDGES).describe('number of edges, at least nodes − 1: all is connected'),
    seed: seedOption,
  }),
]);

/** What a file of a graph may hold, and a spec say in its own words. */
const edgesOption = () =>
  z
    .union([
      z
        .array(z.tuple([node(), node()]))
        .min(1)
        .max(MOST_EDGES),
      z.strictObject({ file: z.string().describe('JSON, a list of pairs of nodes, relative to the spec') }),
      generator,
    ])
    .describe(
      'pairs of nodes; {file: net.json}; or a rule: {name: grid, rows, columns}, {name: triangular, rows, columns}, {name: random, nodes, edges, seed}',
    );

export const graphOptions = {
  edges: edgesOption(),
  sources: nodeList().min(1).describe('nodes that are held at the input, in the order of x'),
  fixed: nodeList().default([]).describe('nodes that stay where they are'),
  targets: nodeList().min(1).describe('free nodes that are the outputs, in the order of y'),
};

export const nodesOption = () =>
  z.int().min(2).max(MOST_EDGES).optional().describe('number of nodes; a rule for the edges brings its own');

export const positionsOption = () =>
  z
    .array(z.tuple([z.number(), z.number()]))
    .min(2)
    .max(MOST_EDGES)
    .optional()
    .describe('where the nodes are while nothing is displaced, [x, y] each; a rule for the edges brings its own');

/** The options of a graph, edges from a file read. */
export interface GraphChoice {
  readonly nodes?: number | undefined;
  readonly positions?: readonly Position[] | undefined;
  readonly edges: readonly Edge[] | z.output<typeof generator> | { readonly file: string };
  readonly sources: readonly number[];
  readonly fixed: readonly number[];
  readonly targets: readonly number[];
}

/** A graph with its nodes told apart. */
export interface Graph {
  readonly nodes: number;
  /** Where the nodes are; undefined where the spec does not say. */
  readonly positions: readonly Position[] | undefined;
  readonly edges: readonly Edge[];
  readonly sources: readonly number[];
  readonly fixed: readonly number[];
  readonly targets: readonly number[];
  /** The free nodes in the order of the units of `s`: as they are numbered, the targets last in their order. */
  readonly free: readonly number[];
}

/** The graph that sound options describe. */
export function graphOf(choice: GraphChoice): Graph {
  const { nodes, positions, edges } = patternOf(choice);
  const { sources, fixed, targets } = choice;
  const apart = new Set([...sources, ...fixed, ...targets]);
  const hidden = Array.from({ length: nodes }, (_, i) => i).filter((i) => !apart.has(i));
  return { nodes, positions, edges, sources, fixed, targets, free: [...hidden, ...targets] };
}

interface Described {
  readonly nodes: number;
  readonly positions: readonly Position[] | undefined;
  readonly edges: readonly Edge[];
}

function patternOf({ nodes, positions, edges }: GraphChoice): Described {
  if ('name' in edges) {
    const made = generated(edges);
    return { nodes: made.positions.length, positions: positions ?? made.positions, edges: made.edges };
  }
  return { nodes: positions?.length ?? nodes ?? 0, positions, edges: edges as readonly Edge[] };
}

function generated(rule: z.output<typeof generator>): Pattern {
  if (rule.name === 'random') return random(rule.nodes, rule.edges, rule.seed);
  return (rule.name === 'grid' ? grid : triangular)(rule.rows, rule.columns);
}

/** All that is wrong with a graph whose parts each look right. */
export function graphProblems(choice: GraphChoice): NetworkProblem[] {
  const sizes = sizeProblems(choice);
  if (sizes.length > 0) return sizes;
  const { nodes, positions, edges } = patternOf(choice);
  const problems = [
    ...(['sources', 'fixed', 'targets'] as const).flatMap((key) => listProblems(key, choice[key], nodes)),
    ...roleProblems(choice),
    ...edgeProblems(edges, nodes),
    ...(positions ? placeProblems(positions) : []),
  ];
  return problems.length > 0 ? problems : looseProblems(graphOf(choice));
}

function sizeProblems({ nodes, positions, edges }: GraphChoice): NetworkProblem[] {
  if ('name' in edges) {
    if (edges.name === 'random') {
      const [least, most] = [edges.nodes - 1, mostEdges(edges.nodes)];
      if (edges.edges < least || edges.edges > most) {
        const message = `a connected graph of ${edges.nodes} nodes has ${least} to ${most} edges, got ${edges.edges}`;
        return [[['edges', 'edges'], message]];
      }
    }
    const made = edges.name === 'random' ? edges.nodes : edges.rows * edges.columns;
    const given = nodes ?? positions?.length ?? made;
    const key = nodes === undefined ? 'positions' : 'nodes';
    return given === made ? [] : [[[key], `the rule '${edges.name}' makes ${made} nodes, got ${given}`]];
  }
  if ('file' in edges) return [[['edges'], `are in ${edges.file}, which is read with a spec only`]];
  if (nodes === undefined && positions === undefined) return [[['edges'], 'say how many nodes there are, or where']];
  if (nodes !== undefined && positions !== undefined && nodes !== positions.length)
    return [[['nodes'], `there are ${positions.length} positions, got ${nodes} nodes`]];
  return [];
}

const listed = (nodes: number): string => `nodes are numbered from 0 to ${nodes - 1}`;

function listProblems(key: string, list: readonly number[], nodes: number): NetworkProblem[] {
  const seen = new Set<number>();
  return list.flatMap((node, i): NetworkProblem[] => {
    if (node >= nodes) return [[[key, i], `there is no node ${node}: ${listed(nodes)}`]];
    if (seen.has(node)) return [[[key, i], `node ${node} is listed twice`]];
    seen.add(node);
    return [];
  });
}

/** A node has one role: a target must be free. */
function roleProblems({ sources, fixed, targets }: GraphChoice): NetworkProblem[] {
  const roles = new Map<number, string>(fixed.map((node) => [node, 'fixed']));
  const problems = sources.flatMap((node, i): NetworkProblem[] =>
    roles.has(node) ? [[['sources', i], `node ${node} is fixed: it cannot be held at an input, too`]] : [],
  );
  for (const node of sources) roles.set(node, 'a source');
  for (const [i, node] of targets.entries()) {
    if (roles.has(node)) problems.push([['targets', i], `node ${node} is ${roles.get(node)}: a target must be free`]);
  }
  return problems;
}

function edgeProblems(edges: readonly Edge[], nodes: number): NetworkProblem[] {
  const first = new Map<number, number>();
  return edges.flatMap(([a, b], i): NetworkProblem[] => {
    const outside = [a, b].find((node) => node >= nodes);
    if (outside !== undefined)
      return [[['edges', i], `leads to node ${outside}, which is not there: ${listed(nodes)}`]];
    if (a === b) return [[['edges', i], `leads from node ${a} to itself`]];
    const key = Math.min(a, b) * nodes + Math.max(a, b);
    const other = first.get(key);
    if (other !== undefined) return [[['edges', i], `joins nodes ${a} and ${b} again, as edge ${other} does`]];
    first.set(key, i);
    return [];
  });
}

function placeProblems(positions: readonly Position[]): NetworkProblem[] {
  const first = new Map<string, number>();
  return positions.flatMap((at, i): NetworkProblem[] => {
    const key = `${at[0] + 0},${at[1] + 0}`;
    const other = first.get(key);
    if (other !== undefined)
      return [[['positions', i], `node ${i} is in the place of node ${other}, [${at.join(', ')}]`]];
    first.set(key, i);
    return [];
  });
}

/** Free nodes that nothing holds: no path leads from them to a source or a fixed node. */
function looseProblems({ nodes, edges, sources, fixed, targets, free }: Graph): NetworkProblem[] {
  const neighbours: number[][] = Array.from({ length: nodes }, () => []);
  for (const [a, b] of edges) {
    neighbours[a].push(b);
    neighbours[b].push(a);
  }
  const reached = new Set([...sources, ...fixed]);
  for (const node of reached) for (const next of neighbours[node]) reached.add(next);
  const loose = free.filter((node) => !reached.has(node)).sort((a, b) => a - b);
  if (loose.length === 0) return [];
  const target = targets.findIndex((node) => loose.includes(node));
  const some = loose.slice(0, 5).join(', ') + (loose.length > 5 ? ', …' : '');
  const message = `no path leads from node${loose.length > 1 ? 's' : ''} ${some} to a source or a fixed node`;
  return [[target >= 0 ? ['targets', target] : ['edges'], message]];
}

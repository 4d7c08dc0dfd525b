/** What every graph of layers is tried on: the laws of the registry, and the same numbers by any arithmetic. */
import { create } from '../../src/entry.js';
import { benchOf, drain } from '../../src/laws/bench.js';
import { dynamicsLaws, fieldLaws } from '../../src/laws/dynamics.js';
import { equivalenceLaws } from '../../src/laws/equivalence.js';
import { gradientLaws } from '../../src/laws/gradients.js';
import type { Law, Runner } from '../../src/laws/law.js';
import { title } from '../../src/laws/networks.js';
import { solverLaws } from '../../src/laws/solvers.js';
import { phaseOne } from '../../src/protocol/phase-one.js';
import { registry } from '../../src/registry.js';
import { specSchema } from '../../src/spec/schema.js';
import { arithmeticLaws } from './arithmetic.js';
import { drawnGraph, type Graph } from './graphs.js';

/** The worst of a law: what was got, of what it may be, and where. */
interface Worst {
  readonly got: number;
  readonly most: number;
  readonly graph: string;
}

export interface GraphsTried {
  /** By energy, how phase one ends. */
  readonly ends: Record<string, Record<string, number>>;
  /** By energy, law and number. */
  readonly worst: Record<string, Worst>;
  /** By energy, law and reason: how often it had nothing to say. */
  readonly beside: Record<string, number>;
  readonly problems: { readonly graph: string; readonly problem: string }[];
}

const ways = ['even-odd', 'anderson', 'newton-krylov'].map((name) => {
  const { solver } = specSchema.shape.free.parse({ solver: { name } });
  return { label: name, solver: create(registry.solvers, solver) };
});

/** Of `from` … `to` − 1 of a seed. Threads are those that were started. */
export function tryGraphs(seed: number, from: number, to: number): GraphsTried {
  const tried: GraphsTried = { ends: {}, worst: {}, beside: {}, problems: [] };
  for (let i = from; i < to; i++) tryOne(`${seed}/${i}`, drawnGraph(seed, i), tried);
  return tried;
}

function tryOne(id: string, graph: Graph, { ends, worst, beside, problems }: GraphsTried): void {
  const { network, setting } = graph;
  const problem = (message: string) => problems.push({ graph: id, problem: message });
  const { record, warnings } = drain(phaseOne(benchOf({ ...setting, network })), () => {});
  const { status } = record;
  ends[network.energy] ??= {};
  add(ends[network.energy], status);
  if (status !== 'converged' && warnings.length === 0) problem(`phase one is ${status}, and no advice is given`);
  for (const { name, check } of lawsOf(graph, status === 'converged')) {
    const key = `${network.energy} ${name.slice(title(network).length).replace(/^[:,] /, '')}`;
    const runner: Runner = {
      measured(what, got, most) {
        const place = `${key} — ${what.replace(/ \(seed.*|(?<=unit|F of s|seed) ?\d+/g, '')}`;
        const known = worst[place];
        if (known === undefined || !(got / most <= known.got / known.most)) worst[place] = { got, most, graph: id };
      },
      beside: (why) => add(beside, `${key} — ${why.replace(/-?\d[\d.e+-]*/g, '#')}`),
    };
    try {
      check(runner);
    } catch (error) {
      problem((error as Error).name === 'Broken' ? (error as Error).message : String((error as Error).stack));
    }
  }
}

/** All of them where phase one comes to rest; elsewhere those of fields. */
const lawsOf = (graph: Graph, rests: boolean): Law[] => {
  const { network, setting } = graph;
  if (!rests) return [...fieldLaws(network, setting), ...arithmeticLaws(graph)];
  return [
    ...dynamicsLaws(network, setting),
    ...equivalenceLaws(network, setting),
    ...gradientLaws(network, setting),
    ...solverLaws(network, ways, setting),
    ...arithmeticLaws(graph),
  ];
};

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

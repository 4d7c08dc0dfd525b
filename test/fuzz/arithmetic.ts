/** The same numbers, whoever computes them: threads to the last bit, plain mathjs expressions to round-off. */
import { setTimeout } from 'node:timers/promises';
import { type Claims, type Law, law } from '../../src/laws/law.js';
import { title } from '../../src/laws/networks.js';
import { distance } from '../../src/laws/numbers.js';
import { useBackend } from '../../src/numerics/current-backend.js';
import { mathjs } from '../../src/numerics/mathjs.js';
import { house, useThreads, wasm } from '../../src/numerics/wasm.js';
import { numbersOfShortRun } from '../_support/short-run.js';
import type { Graph } from './graphs.js';

const ALONE = Number.POSITIVE_INFINITY;

/** Starts threads that share calls however small from now on where `shared` asks for it; they need some 50 ms. */
export async function startThreads(count: number): Promise<void> {
  const { pool } = house();
  useThreads(count);
  pool.worth = 1;
  const numbers = wasm().allocate(3000);
  wasm().scale(1, numbers);
  while (pool.present < count) await setTimeout(5);
  pool.worth = ALONE;
}

const numbersOf = ({ network, setting }: Graph): number[] => numbersOfShortRun({ ...setting, network }, 40);

function shared(graph: Graph, t: Claims): void {
  const { pool } = house();
  const alone = numbersOf(graph);
  pool.worth = 1;
  try {
    t.equal(numbersOf(graph), alone, 'numbers of a run by threads, and by one');
  } finally {
    pool.worth = ALONE;
  }
}

function plain(graph: Graph, t: Claims): void {
  const own = numbersOf(graph);
  useBackend(mathjs());
  try {
    t.atMost(distance(own, numbersOf(graph)), 1e-13, 'relative distance of the kernels from mathjs');
  } finally {
    useBackend(undefined);
  }
}

export const arithmeticLaws = (graph: Graph): Law[] => [
  law(`${title(graph.network)}: a run has the same bits by threads that share it`, (t) => shared(graph, t)),
  law(`${title(graph.network)}: a run on kernels and one on mathjs give the same numbers`, (t) => plain(graph, t)),
];

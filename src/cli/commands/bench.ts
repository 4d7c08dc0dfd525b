import { setImmediate } from 'node:timers/promises';
import type { Result } from '../../bench/benchmark.js';
import { benchmarks } from '../../bench/benchmarks.js';
import { machine } from '../../bench/machine.js';
import { UserError } from '../../errors.js';
import { useThreads } from '../../numerics/wasm.js';
import { chooseBackend } from '../../run/backend.js';
import { availableCores } from '../../run/cores.js';
import { suggestion } from '../../spec/suggest.js';
import { EXIT } from '../exit-codes.js';
import { positiveNumber } from '../numbers.js';
import { underSignals } from '../signals.js';
import { note, print, printJson, styled, table } from '../terminal.js';
import { noteThreads, threadsOf } from '../threads.js';

interface BenchArguments {
  readonly json: boolean;
  readonly only: readonly string[];
  readonly seconds: string;
  readonly backend: string;
  readonly threads: string;
}

/** `eprbp bench`: this machine, its limits, and the canonical workloads. */
export async function bench({ json, only, seconds, backend, threads }: BenchArguments): Promise<number> {
  const count = threadsOf(threads) ?? availableCores();
  const time = positiveNumber('--seconds', seconds);
  const chosen = choose(only);
  useThreads(count);
  noteThreads(threadsOf(threads), 1, backend);
  chooseBackend(backend, 'float64');
  const results: Result[] = [];
  const show = () => (json ? printJson({ results, machine: machine() }) : print(linesOf(results)));
  await underSignals(async (signal) => {
    signal.addEventListener('abort', show);
    for (const { name, run } of chosen) {
      note(styled('dim', name, process.stderr));
      results.push(...(await run.call(chosen, time)));
      await setImmediate();
      signal.throwIfAborted();
    }
  }, 'what was measured before is shown, --only NAME measures the rest');
  show();
  return EXIT.ok;
}

function choose(only: readonly string[]) {
  const unknown = only.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const names = benchmarks.map(({ name }) => name);
    throw new UserError(
      unknown.map((name) => ({ message: `no benchmark is called '${name}'`, hint: suggestion(name, names) })),
    );
  }
  return only.length === 0 ? benchmarks : benchmarks.filter(({ name }) => only.includes(name));
}

function linesOf(results: readonly Result[]): string[] {
  const { cpu, cores, node, backend } = machine();
  const lines = results.map(({ name, value, unit, limit, ratio }) => [
    name,
    brief(value),
    unit,
    limit === undefined ? '' : brief(limit),
    ratio === undefined ? '' : `${(100 * ratio).toPrecision(3)} %`,
  ]);
  return [
    styled('dim', `${cpu}, ${cores} cores, Node ${node}, backend ${backend}`),
    ...table([['benchmark', 'value', 'unit', 'limit', 'of limit'], ...lines]),
  ];
}

function brief(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

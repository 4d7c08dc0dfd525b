import { setImmediate } from 'node:timers/promises';
import {
  type Baseline,
  better,
  type Compared,
  compare,
  differences,
  NOISE,
  readBaseline,
} from '../../bench/baseline.js';
import type { Result } from '../../bench/benchmark.js';
import { benchmarks } from '../../bench/benchmarks.js';
import { machine } from '../../bench/machine.js';
import { UserError } from '../../errors.js';
import type { Precision } from '../../numerics/numbers.js';
import { useThreads } from '../../numerics/wasm.js';
import { chooseBackend } from '../../run/backend.js';
import { availableCores } from '../../run/cores.js';
import { suggestion } from '../../spec/suggest.js';
import { counted } from '../../text.js';
import { EXIT } from '../exit-codes.js';
import { notNegative, positiveNumber } from '../numbers.js';
import { underSignals } from '../signals.js';
import { note, print, printJson, styled, table } from '../terminal.js';
import { noteThreads, threadsOf } from '../threads.js';

/** Seconds for one benchmark. */
const LONGEST = 600;

interface BenchArguments {
  readonly json: boolean;
  readonly only: readonly string[];
  readonly seconds: string;
  readonly backend: string;
  readonly precision: Precision;
  readonly threads: string;
  readonly baseline?: string | undefined;
  readonly failAbove?: string | undefined;
}

/** `eprbp bench`: this machine, its limits, and the canonical workloads. */
export async function bench(given: BenchArguments): Promise<number> {
  const { json, only, seconds, backend, precision, threads } = given;
  const count = threadsOf(threads) ?? availableCores();
  const time = positiveNumber('--seconds', seconds, LONGEST);
  const chosen = choose(only);
  const before = baselineOf(given);
  useThreads(count);
  noteThreads(threadsOf(threads), 1, backend);
  chooseBackend(backend, precision);
  const results: Result[] = [];
  const noise = before?.failAbove ?? NOISE;
  const compared = () => (before ? compare(results, before.results, noise) : []);
  const show = () => {
    const against = before && { baseline: compared(), ...unlike(results, before) };
    if (json) printJson({ results, machine: machine(), ...against });
    else print([...linesOf(results), ...(against ? ['', ...sayings(against, noise)] : [])]);
  };
  await underSignals(async (signal) => {
    signal.addEventListener('abort', show);
    // signals are heard between two turns of the event loop
    const breath = async () => {
      await setImmediate();
      await setImmediate();
      signal.throwIfAborted();
    };
    for (const benchmark of chosen) {
      note(styled('dim', benchmark.name, process.stderr));
      const found = await benchmark.run(time, breath);
      // what seems slower is measured again: an interruption does not come twice at one place
      const again = before && compare(found, before.results, noise).some(({ isSlower }) => isSlower);
      results.push(...(again ? better(found, await benchmark.run(time, breath)) : found));
      await breath();
    }
  }, 'what was measured before is shown, --only NAME measures the rest');
  show();
  if (before?.failAbove !== undefined && compared().length === 0) {
    throw new UserError({
      message: '--fail-above: nothing of the baseline was measured again',
      hint: `it has ${before.results.map(({ name }) => name).join(', ') || 'no figures'}`,
    });
  }
  return compared().some(({ slower }) => slower > (before?.failAbove ?? Number.POSITIVE_INFINITY))
    ? EXIT.assertionFailed
    : EXIT.ok;
}

interface Before extends Baseline {
  /** A share. */
  readonly failAbove: number | undefined;
}

/** @throws UserError */
function baselineOf({ baseline, failAbove }: BenchArguments): Before | undefined {
  if (baseline === undefined && failAbove !== undefined) {
    throw new UserError({ message: '--fail-above needs --baseline FILE, results of an earlier bench --json' });
  }
  if (baseline === undefined) return undefined;
  const above = failAbove === undefined ? undefined : notNegative('--fail-above', failAbove) / 100;
  return { ...readBaseline(baseline), failAbove: above };
}

interface Unlike {
  /** Where the machines differ. */
  readonly differences: readonly string[];
  /** Figures that were measured now and are not in the baseline, in this unit. */
  readonly missing: readonly string[];
}

function unlike(results: readonly Result[], before: Before): Unlike {
  const known = compare(results, before.results);
  return {
    differences: differences(before.machine, machine()),
    missing: results.flatMap(({ name }) => (known.some((one) => one.name === name) ? [] : [name])),
  };
}

interface Against extends Unlike {
  readonly baseline: readonly Compared[];
}

/** What became slower and faster, in lines. */
function sayings({ baseline, differences, missing }: Against, noise: number): string[] {
  const told = baseline.filter(({ isSlower, isFaster }) => isSlower || isFaster);
  const by = ({ slower }: Compared) => `${Math.abs(100 * slower).toPrecision(2)} % ${slower > 0 ? 'slower' : 'faster'}`;
  return [
    ...differences.map((line) => styled('yellow', `not the machine of the baseline: ${line}`)),
    ...(missing.length > 0 ? [styled('yellow', `not in the baseline: ${missing.join(', ')}`)] : []),
    ...table(told.map((one) => [one.name, by(one), `${brief(one.before)} → ${brief(one.now)} ${one.unit}`])),
    `${baseline.length} of the baseline measured again, ${baseline.filter(({ isSlower }) => isSlower).length} slower by more than ${100 * noise} %`,
  ];
}

function choose(only: readonly string[]) {
  const unknown = only.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    const names = benchmarks.map(({ name }) => name);
    throw new UserError(
      unknown.map((name) => ({ message: `no benchmark is called '${name}'`, hint: suggestion(name, names) })),
    );
  }
  return only.length === 0
    ? benchmarks.filter(({ isLong }) => !isLong)
    : benchmarks.filter(({ name }) => only.includes(name));
}

function linesOf(results: readonly Result[]): string[] {
  const { cpu, cores, node, backend, precision, threads } = machine();
  const lines = results.map(({ name, value, unit, limit, ratio }) => [
    name,
    brief(value),
    unit,
    limit === undefined ? '' : brief(limit),
    ratio === undefined ? '' : `${(100 * ratio).toPrecision(3)} %`,
  ]);
  return [
    styled(
      'dim',
      `${cpu}, ${cores} cores, Node ${node}, backend ${backend}, ${precision}, ${counted(Number(threads), 'thread')}`,
    ),
    ...table([['benchmark', 'value', 'unit', 'limit', 'of limit'], ...lines]),
  ];
}

function brief(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

import { totalmem } from 'node:os';
import { isOfOtherBuild } from '../../metrics/record.js';
import { useThreads } from '../../numerics/wasm.js';
import type { Plan, RunPlan } from '../../plan/run-plan.js';
import { Tracked } from '../../plan/tracked.js';
import { workload } from '../../plan/workload.js';
import { requireBackend } from '../../run/backend.js';
import { availableCores } from '../../run/cores.js';
import { type Preview, preview } from '../../run/preview.js';
import { Archive, experimentFolder } from '../../run/store.js';
import { isOfAgent } from '../../spec/schema.js';
import { counted, flowText } from '../../text.js';
import { EXIT } from '../exit-codes.js';
import { Forecast } from '../forecast.js';
import { underSignals } from '../signals.js';
import { planAll, type SpecArguments } from '../specs.js';
import { planWarningLines } from '../summary.js';
import { note, print, styled, table } from '../terminal.js';

/** More are summed up: nobody reads them one by one. */
const MOST_RUNS = 50;
const FIRST_RUNS = 10;
/** Experiments whose pace is tried: each costs a moment. */
const MOST_TRIALS = 5;

interface PlanArguments extends SpecArguments {
  readonly spectrum: boolean;
}

/**
 * `eprbp plan`: what a run of these specs would do; nothing is written, and without `--spectrum` nothing runs, but for the
 * first moments of a run whose like has never been: they say how long it takes.
 */
export async function plan(args: PlanArguments): Promise<number> {
  const plans = planAll(args);
  useThreads(availableCores());
  requireBackend(plans);
  const trials = { left: MOST_TRIALS };
  for (const planned of plans) {
    const loads = loadsOf(planned.runs);
    print(describe(planned, loads, args.out, trials));
    for (const line of [...planWarningLines(planned), ...memoryLines(planned, loads)])
      note(`${styled('yellow', 'warning', process.stderr)} ${line}`);
    if (args.spectrum) await underSignals((signal) => showSpectra(planned, signal), 'nothing was written');
  }
  return EXIT.ok;
}

async function showSpectra({ runs, backend }: Plan, signal: AbortSignal): Promise<void> {
  const previews: ({ run: RunPlan } & Preview)[] = [];
  for (const run of runs.slice(0, MOST_RUNS)) {
    // agents have no phase one
    if (!isOfAgent(run.spec)) previews.push({ run, ...(await preview(backend, run, signal)) });
  }
  if (previews.length === 0) return print('  no run of these has a phase one');
  const lines = previews.map(({ run, free, spectrum, biases }) => [
    run.id,
    `${free.status} in ${free.steps} steps`,
    spectrum ? `${brief(spectrum.smallest)} … ${brief(spectrum.largest)}` : '',
    spectrum?.radius === undefined ? '' : brief(spectrum.radius),
    spectrum ? brief(spectrum.rate) : '',
    Array.from(biases, ([id, bias]) => `${id} ${bias <= 1 ? bias.toPrecision(2) : 'not expandable'}`).join(', '),
  ]);
  print(
    table(
      [['run', 'phase one', 'eigenvalues of −F′', 'radius of the map', 'slowest rate λ', 'bias of β'], ...lines],
      '  ',
    ),
  );
  for (const { run, warnings } of previews) {
    for (const line of warnings) note(`${styled('yellow', 'warning', process.stderr)} ${run.id}: ${line}`);
  }
}

const brief = (value: number | null): string => (value === null ? 'not finite' : String(Number(value.toPrecision(4))));

/** `eprbp validate`: silence is a good sign, but says how much was checked. */
export function validate(args: SpecArguments): number {
  for (const { file, name, runs } of planAll(args)) print(`${file}: ok (${name}, ${counted(runs.length, 'run')})`);
  return EXIT.ok;
}

type Load = ReturnType<typeof workload>;

/** What each run comes to; runs that share their parts share that. */
function loadsOf(runs: readonly RunPlan[]): Load[] {
  const loads = new Tracked<Load>();
  return runs.map(({ spec, data }) =>
    loads.of([spec, { data }] as const, (parts, known) => workload({ spec: parts, data: known.data })),
  );
}

/** Runs that need more memory than there is: the kernels address 4 GiB, mathjs what the machine has. */
function memoryLines({ name, runs, backend }: Plan, loads: readonly Load[]): string[] {
  const most = backend === 'mathjs' ? totalmem() : Math.min(KERNEL_MEMORY, totalmem());
  const large = loads.filter(({ bytes }) => bytes > most);
  if (large.length === 0) return [];
  const need = gigabytes(large.reduce((largest, { bytes }) => Math.max(largest, bytes), 0));
  const which = runs.length === 1 ? 'it needs' : `${large.length} of ${runs.length} runs need up to`;
  return [
    `${name}: ${which} about ${need} of memory, and there are ${gigabytes(most)}: use fewer examples or smaller layers`,
  ];
}

const KERNEL_MEMORY = 2 ** 32;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;

function describe(planned: Plan, loads: readonly Load[], out: string, trials: { left: number }): string[] {
  const { name, file, runs, swept, ladder } = planned;
  const archive = new Archive(experimentFolder(out, name));
  const shown = runs.length <= MOST_RUNS ? runs : runs.slice(0, FIRST_RUNS);
  const forecast = new Forecast(planned, out, (run) => cachedIn(archive, run) === 'yes', trials);
  const lines = shown.map((run, i) => {
    const { steps, bytes } = loads[i];
    return [run.id, changesOf(run), `≤ ${steps}`, megabytes(bytes), cachedIn(archive, run), forecast.of(run)];
  });
  const rest = runs.length - shown.length;
  return [
    `${styled('bold', name)}  ${file}: ${counted(runs.length, 'run')}`,
    ...(ladder ? [`  ${rungsOf(ladder)}`] : []),
    ...table([['run', 'changes', 'steps', 'memory', 'cached', 'time'], ...lines], '  '),
    ...(rest > 0 ? [`  … and ${rest} more`, ...sums(runs, loads, swept, archive)] : []),
    ...forecast.lines(),
  ];
}

/** `all go to epoch 2, the best 30 % of the points to epoch 7, the best 30 % of those to the end`. */
function rungsOf({ rungs, keep }: NonNullable<Plan['ladder']>): string {
  const share = `the best ${Number((100 * keep).toPrecision(3))} %`;
  const to = rungs.map(({ until }) => (until === undefined ? 'to the end' : `to epoch ${until}`));
  return to
    .map((place, i) => (i === 0 ? `all runs go ${place}` : `${share} of ${i === 1 ? 'the points' : 'those'} ${place}`))
    .join(', ');
}

type Cached = 'yes' | 'pruned' | 'other build' | 'damaged' | 'no';

function cachedIn(archive: Archive, run: RunPlan): Cached {
  const found = archive.find(run);
  if (found) return isOfOtherBuild(found.record) ? 'other build' : found.record.pruned ? 'pruned' : 'yes';
  return archive.damage(run) ? 'damaged' : 'no';
}

/** What all runs come to. */
function sums(runs: readonly RunPlan[], loads: readonly Load[], swept: readonly string[], archive: Archive): string[] {
  const values = swept.map((key) => ({ key, seen: new Set<unknown>() }));
  let [steps, bytes] = [0, 0];
  const cached: Record<Cached, number> = { yes: 0, pruned: 0, 'other build': 0, damaged: 0, no: 0 };
  for (const [i, run] of runs.entries()) {
    steps += loads[i].steps;
    bytes = Math.max(bytes, loads[i].bytes);
    cached[cachedIn(archive, run)]++;
    for (const { key, seen } of values) seen.add(flowText(run.changes[key]));
  }
  const of = (kind: Cached) => (cached[kind] === 0 ? '' : `, ${cached[kind]} ${kind}`);
  return [
    ...values.map(({ key, seen }) => `  ${key}: ${counted(seen.size, 'value')}`),
    `  in all ≤ ${steps.toExponential(1).replace('e+', 'e')} steps, at most ${megabytes(bytes)} a run, ${cached.yes} cached${of('pruned')}${of('other build')}${of('damaged')}`,
  ];
}

function changesOf({ changes }: RunPlan): string {
  return Object.entries(changes)
    .map(([key, value]) => `${key}=${flowText(value)}`)
    .join(' ');
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

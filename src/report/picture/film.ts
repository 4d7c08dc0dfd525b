/** What the picture is drawn from: the two phases of one run, unit by unit, as its CSV files have them. */
import { tables } from '../../metrics/columns.js';
import { rowsOf } from '../../metrics/read.js';
import type { FinishedRun } from '../../metrics/record.js';
import { type Cast, castOf, type Player } from './cast.js';

const PROCESSES = tables.processes.file;
const FREE_PATH = tables.free_path.file;

/** Frames that are drawn of each phase: finer than is seen. */
const MOST_FRAMES = 121;
/** Units of a layer that are drawn. */
export const MOST_UNITS = 8;
/** At rest, to the eye: of the largest state. */
const AT_REST = 1e-3;

/** Values by frame, each frame its drawn units (or connections, row by row). */
export type Frames = readonly Float64Array[];

export interface Layer {
  readonly size: number;
  /** Places of the units that are drawn, in their order. */
  readonly drawn: readonly number[];
  /** The largest |S̄| of the others; 0 where there are none. */
  readonly rest: number;
}

/** An engine's error derivatives. */
export interface Lane extends Player {
  /** By layer, from the first. */
  readonly states: readonly Frames[];
  /** Empty where no weight was recorded. */
  readonly weights: readonly Frames[];
  /** The largest |a − b| against the reference up to each frame, over every cell of every tensor that was recorded. */
  readonly gap: readonly number[];
}

export interface Film {
  readonly run: FinishedRun;
  /** The input first. */
  readonly layers: readonly Layer[];
  readonly times: readonly number[];
  readonly reference: Lane;
  readonly engines: readonly Lane[];
  readonly examples: number;
  readonly free: {
    readonly times: readonly number[];
    readonly states: readonly Frames[];
    /** Of the example; empty where there is none. */
    readonly energy: readonly number[];
    readonly cost: number;
  };
}

/** Every recorded value: by frame, by cell. */
interface Recorded {
  readonly times: number[];
  /** [engine, tensor] → frame → cell. */
  readonly values: Map<string, number[][]>;
}

/** The film of a run; undefined where it lacks what the picture needs. @throws RunError where a file cannot be read */
export async function filmOf(run: FinishedRun): Promise<Film | undefined> {
  const cast = castOf(run.record);
  if (cast === undefined) return undefined;
  const processes = await recordedIn(run, PROCESSES, cast);
  const path = await recordedIn(run, FREE_PATH, cast);
  const of = ({ id }: Player, tensor: string) => processes.values.get(`${id} ${tensor}`);
  const whole = (player: Player) =>
    cast.states.every(({ name, shape }) => isWhole(of(player, name), processes.times.length, shape[0])) &&
    !isBroken(player, processes);
  const engines = cast.engines.filter(whole);
  if (!whole(cast.reference) || engines.length === 0 || !cast.states.every(({ name }) => path.values.has(` ${name}`)))
    return undefined;
  const layers = layersOf(cast, (tensor) => of(cast.reference, tensor));
  const frames = spread(processes.times.length);
  const lane = (player: Player): Lane => ({
    ...player,
    states: cast.states.map(({ name }, l) => frames.map((f) => pick(of(player, name)![f], layers[l + 1].drawn))),
    weights: cast.weights.every(({ name }) => of(player, name))
      ? cast.weights.map(({ name, shape }, l) => {
          const cells = layers[l].drawn.flatMap((i) => layers[l + 1].drawn.map((j) => i * shape[1] + j));
          return frames.map((f) => pick(of(player, name)![f], cells));
        })
      : [],
    gap: gapOf(player, cast.reference, processes).filter((_, f) => frames.includes(f)),
  });
  return {
    run,
    layers,
    times: frames.map((f) => processes.times[f]),
    reference: lane(cast.reference),
    engines: engines.map(lane),
    examples: of(cast.reference, cast.states[0].name)![0].length / cast.states[0].shape[0],
    free: freeOf(path, cast, layers),
  };
}

async function recordedIn(run: FinishedRun, file: string, { sizes }: Cast): Promise<Recorded> {
  const frames = new Map<string, number>();
  const times: number[] = [];
  const values = new Map<string, number[][]>();
  for await (const { header, rows } of rowsOf(run, file)) {
    const at = (column: string) => header.indexOf(column);
    const [step, time, engine, tensor, row, column, value] = [
      'step',
      'time',
      'engine',
      'tensor',
      'row',
      'column',
      'value',
    ].map(at);
    for (const cells of rows) {
      let frame = frames.get(cells[step]);
      if (frame === undefined) {
        frame = times.push(Number(cells[time])) - 1;
        frames.set(cells[step], frame);
      }
      const key = `${cells[engine] ?? ''} ${cells[tensor]}`;
      const track = values.get(key) ?? [];
      if (track.length === 0) values.set(key, track);
      track[frame] ??= [];
      track[frame][Number(cells[row]) * (sizes.get(cells[tensor]) ?? 1) + Number(cells[column])] = Number(cells[value]);
    }
  }
  return { times, values };
}

/** Every unit of every frame is there. */
function isWhole(track: number[][] | undefined, frames: number, size: number): boolean {
  if (track?.length !== frames) return false;
  for (const frame of track) {
    if (frame === undefined || frame.length % size !== 0) return false;
    for (let i = 0; i < frame.length; i++) if (frame[i] === undefined) return false;
  }
  return true;
}

const isBroken = ({ id }: Player, { values }: Recorded): boolean =>
  [...values].some(
    ([key, track]) => key.startsWith(`${id} `) && track.some((frame) => frame.some((v) => !Number.isFinite(v))),
  );

/** At most MOST_FRAMES frames, evenly, the first and the last among them. */
function spread(count: number): number[] {
  const drawn = Math.min(count, MOST_FRAMES);
  return Array.from({ length: drawn }, (_, k) => Math.round((k * (count - 1)) / Math.max(1, drawn - 1)));
}

const pick = (values: readonly number[], at: readonly number[]) => Float64Array.from(at, (i) => values[i]);

function gapOf(player: Player, reference: Player, { times, values }: Recorded): number[] {
  let worst = 0;
  const own = [...values.keys()].filter((key) => key.startsWith(`${player.id} `));
  return times.map((_, f) => {
    for (const key of own) {
      const a = values.get(key)![f];
      const b = values.get(`${reference.id} ${key.slice(player.id.length + 1)}`)?.[f];
      for (let i = 0; b && i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
    }
    return worst;
  });
}

/** Which units are drawn: those that move most; of the input, those whose connections do. */
function layersOf(cast: Cast, of: (tensor: string) => number[][] | undefined): Layer[] {
  const [{ name: first, shape }] = cast.weights;
  const last = of(first)?.at(-1);
  const input = Array.from({ length: shape[0] }, (_, i) =>
    last ? Math.max(...last.slice(i * shape[1], (i + 1) * shape[1]).map(Math.abs)) : 0,
  );
  const states = cast.states.map(({ name, shape: [size] }) =>
    Array.from({ length: size }, (_, j) => of(name)!.reduce((most, frame) => Math.max(most, Math.abs(frame[j])), 0)),
  );
  return [input, ...states].map((peaks) => {
    const order = peaks.map((_, j) => j).sort((a, b) => peaks[b] - peaks[a] || a - b);
    const others = order.slice(MOST_UNITS);
    return {
      size: peaks.length,
      drawn: order.slice(0, MOST_UNITS).sort((a, b) => a - b),
      rest: others.length > 0 ? peaks[others[0]] : 0,
    };
  });
}

function freeOf({ times, values }: Recorded, { states }: Cast, layers: readonly Layer[]): Film['free'] {
  const tracks = states.map(({ name, shape: [size] }) => values.get(` ${name}`)!.map((frame) => frame.slice(0, size)));
  const most = Math.max(...tracks.flat(2).map(Math.abs));
  const moving = (f: number) =>
    tracks.some((track) => track[f].some((value, j) => Math.abs(value - track.at(-1)![j]) > AT_REST * most));
  let rest = times.length - 1;
  while (rest > 1 && !moving(rest - 1)) rest--;
  const frames = spread(Math.min(times.length, Math.ceil(1.15 * rest) + 1));
  const energy = values.get(' energy');
  const clock = times.every(Number.isFinite) ? times : times.map((_, f) => f);
  return {
    times: frames.map((f) => clock[f]),
    states: tracks.map((track, l) => frames.map((f) => pick(track[f], layers[l + 1].drawn))),
    energy: energy ? frames.map((f) => energy[f][0]) : [],
    cost: values.get(' cost')?.at(-1)?.[0] ?? Number.NaN,
  };
}

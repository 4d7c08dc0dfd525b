import { entry } from '../entry.js';
import type { State, System } from '../model/types.js';
import { copy } from '../numerics/kernels.js';
import { gather } from '../numerics/whole-state.js';
import type { Course } from './course.js';
import type { Field, FieldOrigin } from './field.js';
import { follow } from './follow.js';
import { largest } from './rows.js';
import { type FixedPointTask, Meter, type Solver } from './solver.js';

/**
 * Block-coordinate descent, set by set of blocks that do not see each other, on a layered network: all odd blocks to where
 * their force vanishes while the even ones are held, then the even ones. A sweep takes every coupling once and costs one
 * evaluation of F; each set is exact (the order of Bengio's and Scellier's asynchronous updates, red-black Gauss-Seidel in
 * the linear case).
 */
export const evenOdd: Solver = {
  name: 'even-odd',
  needs: [],
  projects: true,
  followsTime: false,
  leaves: true,
  asks: 'response',
  startsFrom,
  unfit: (system) => (system.response ? undefined : NO_RESPONSE),
  relax({ field, start, moving }, rule) {
    const meter = new Meter(field);
    return follow(sweeps(meter, field, start.clone(), goingThere(lastOf(field.of!)), moving), meter, rule);
  },
};

export const NO_RESPONSE = 'updates whole layers at a time, and this network has no layers that only see other layers';

export const INEXACT =
  'mixes sweeps of two sets of layers, and here there are more of them, or windows of max pooling that choose';

/** What becomes of the blocks that move last, given where a sweep would bring them. */
export interface Onward {
  move(s: State, image: State): void;
  /** The same for some of the examples, in this order; `like` a state of theirs. */
  some(rows: Uint32Array, like: State): Onward;
}

const goingThere = (blocks: readonly number[]): Onward => {
  const made: Onward = {
    move(s, image) {
      for (const k of blocks) copy(image.parts[0][k].data, s.parts[0][k].data);
    },
    some: () => made,
  };
  return made;
};

/** The set that moves last. What is nudged does: see `sweeps`. */
function lastSetOf({ system, nudge }: FieldOrigin): number {
  const { groups } = system.response!;
  if (nudge === undefined) return groups.length - 1;
  const outputs = system.shapes.findIndex(({ name }) => name === system.dynamics.outputs.block);
  return groups.findIndex((blocks) => blocks.includes(outputs));
}

/** The blocks that move last. */
export const lastOf = (origin: FieldOrigin): readonly number[] => origin.system.response!.groups[lastSetOf(origin)];

/**
 * Whether F vanishes on all sets but the last when these have moved: not where a third set has moved in between, or windows
 * of max pooling may choose anew. What a sweep makes of a state depends then on more than the last set.
 */
export const isExact = ({ response, switches }: System): boolean =>
  response !== undefined && response.groups.length <= 2 && switches === undefined;

/** The blocks that tell where sweeps go; all where undefined. */
export function startsFrom(system: System): readonly number[] | undefined {
  return isExact(system) && system.response!.isExplicit ? lastOf({ system }) : undefined;
}

/**
 * Sweep after sweep. Each is looked at before its last set moves: F has vanished then on the other, which no nudge pulls, and
 * what it is on the last has come by the way, so that nothing is evaluated but sweeps, where these are exact. `onward` says where the last set goes.
 * Where the start is one at which only the last set is moving, the first sweep has nothing else to move.
 */
export function sweeps(meter: Meter, field: Field, s: State, onward: Onward, moving?: readonly number[]): Course {
  const { system, nudge } = field.of!;
  const { move, groups } = system.response!;
  const last = lastSetOf(field.of!);
  const blocks = groups[last];
  const exact = isExact(system);
  const layout = { rows: s.shapes[0].rows, blocks: exact ? blocks : s.shapes.map((_, k) => k) };
  const [image, force] = [s.like(), s.like()];
  let hasMoved = !(exact && moving?.every((k) => blocks.includes(k)));
  return {
    s,
    force,
    ...(exact && { blocks }),
    look() {
      meter.pay(hasMoved ? 1 : 1 / groups.length);
      if (hasMoved) for (let group = 0; group < groups.length; group++) if (group !== last) move(s, group, s);
      hasMoved = true;
      move(s, last, image, nudge, force);
      if (!exact) {
        meter.pay(1);
        field(s, force);
      }
      return largest(layout, force);
    },
    advance: () => onward.move(s, image),
    some:
      field.some &&
      ((rows) => {
        const start = gather(s, rows);
        return sweeps(meter, field.some!(rows, s), start, onward.some(rows, start));
      }),
  };
}

/** One sweep over every set of blocks, counted; undefined where the system has none, or holds some of them. */
export function sweeper({ field }: FixedPointTask, meter: Meter): ((s: State) => void) | undefined {
  const { system, nudge, held } = field.of ?? {};
  const response = system?.response;
  if (response === undefined || held) return undefined;
  const last = lastSetOf(field.of!);
  return (s) => {
    for (let group = 0; group < response.groups.length; group++) {
      if (group !== last) response.move(s, group, s, nudge);
    }
    response.move(s, last, s, nudge);
    meter.pay(1);
  };
}

export const evenOddEntry = entry({
  name: 'even-odd',
  summary:
    'odd layers to where their force vanishes, then even ones; a sweep costs one evaluation; layered networks only',
  source: 'block-coordinate descent (red-black Gauss-Seidel)',
  options: {},
  create: () => evenOdd,
});

import { fillOutputs } from '../model/outputs.js';
import type { BoundCost, Nudge, OutputSlice, State, System } from '../model/types.js';
import { type Bounds, isPinned } from '../numerics/bounds.js';
import type { Complex } from '../numerics/complex.js';
import { projectForce } from '../numerics/kernels.js';
import type { Numbers } from '../numerics/numbers.js';

/** F written into `out`; both of one shape, real or complex. */
export interface Field {
  /** A number that it returns is ‖F(s)‖_∞, which has come by the way; anything else is ignored. */
  (s: State, out: State): unknown;
  /** The same, and `to` = s + dt F(s), in one pass; `to` is another state. Absent where a pass of its own is as good. */
  readonly step?: ((s: State, dt: number, out: State, to: State) => unknown) | undefined;
  /** Where it comes from: solvers that know more than F(s) ask there. */
  readonly of?: FieldOrigin;
  /** The same of some of the examples, in this order, with buffers where those of `home` are; absent where that cannot be. */
  readonly some?: ((rows: Uint32Array, home: State) => Field) | undefined;
}

/** A system, and what is done to it in phase two: a nudge, or outputs that are held where they are. */
export interface FieldOrigin {
  readonly system: System;
  readonly nudge?: Nudge;
  readonly held?: OutputSlice;
}

/** What the states of a system are confined to. */
export const boundsOf = ({ bounds, dynamics }: System): Bounds | undefined => bounds ?? dynamics.box;

/** The free field F(s), projected where the states are confined to a box. */
export function freeField(system: System): Field {
  const bounds = boundsOf(system);
  const field = (s: State, out: State) => {
    const most = system.force(s, out);
    return bounds ? projectForce(bounds, s.re, out.re, out.im) : most;
  };
  return Object.assign(field, { of: { system }, some: some(system, freeField), step: stepOf(system) });
}

const stepOf = (system: System, nudge?: Nudge): Field['step'] =>
  system.step && boundsOf(system) === undefined ? (s, dt, out, to) => system.step!(s, dt, out, to, nudge) : undefined;

/** Bounds of single units are those of all examples. */
function some(system: System, field: (system: System, rows: Uint32Array) => Field): Field['some'] {
  if (system.some === undefined || system.bounds) return undefined;
  return (rows, home) => field(system.some!(rows, home), rows);
}

/**
 * The field of phase two, for an energy F(s) − β ∂C/∂s = −∂E^β/∂s (Scellier & Bengio 2017, eq. 10), projected like the
 * free one.
 */
export function nudgedField(system: System, cost: BoundCost, beta: Complex): Field {
  const bounds = boundsOf(system);
  const weight = { re: -beta.re, im: -beta.im };
  const nudge: Nudge = (at, into) => cost.addGradState(at, weight, into);
  const field = (s: State, out: State) => {
    const most = system.force(s, out, nudge);
    return bounds ? projectForce(bounds, s.re, out.re, out.im) : most;
  };
  const fewer = cost.some && some(system, (part, rows) => nudgedField(part, cost.some!(rows), beta));
  return Object.assign(field, { of: { system, nudge }, some: fewer, step: stepOf(system, nudge) });
}

/** The free field with the outputs held where they are: phase two in the limit β → ∞. */
export function clampedField(system: System): Field {
  const free = freeField(system);
  const held = system.dynamics.outputs;
  const field = (s: State, out: State) => {
    free(s, out);
    fillOutputs(out, held, 0);
  };
  return Object.assign(field, { of: { system, held }, some: some(system, clampedField) });
}

/** 1 where a unit is free at s⁰, 0 where a bound pins it (at the bound, force outwards); undefined without a box. */
export function freeUnits(system: System, s0: State): Numbers | undefined {
  const bounds = boundsOf(system);
  if (bounds === undefined) return undefined;
  const force = s0.like();
  system.force(s0, force);
  const mask = s0.like().data;
  for (let i = 0; i < mask.length; i++) {
    mask[i] = isPinned(bounds, i, s0.data[i], force.data[i]) ? 0 : 1;
  }
  return mask;
}

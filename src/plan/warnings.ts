import type { EngineSpec, Spec } from '../spec/schema.js';
import { engineOf, stepOf } from './parts.js';

/** Settings that would look like a refutation of the theorem without being one. */
export function planWarnings(spec: Spec): string[] {
  return [...looseTolerance(spec), ...unequalSteps(spec), ...decayedCurve(spec)];
}

/** Finite-β EP carries residual/β: it must stay below the accuracy asked for, or below the bias that is to be seen. */
function looseTolerance({ engines, free, assert }: Spec): string[] {
  return engines.flatMap((engine) => {
    const { beta } = engine;
    if (typeof beta !== 'number') return [];
    const floor = free.tolerance / Math.abs(beta);
    const asked = assert.filter(
      (item) =>
        item.engine === engine.id && 'column' in item && item.column.startsWith('error') && item.max !== undefined,
    );
    const { accuracy } = engineOf(engine);
    const bias = typeof accuracy === 'object' ? Math.abs(beta) ** accuracy.orderInBeta : Number.POSITIVE_INFINITY;
    const limit = Math.min(...asked.map((item) => item.max!), bias);
    if (!(floor > limit)) return [];
    const what =
      limit === bias
        ? `its bias of order β^${(accuracy as { orderInBeta: number }).orderInBeta}`
        : 'the accuracy asserted';
    return [
      `engine '${engine.id}': free.tolerance/β = ${power(floor)} exceeds ${what} (${power(limit)}): ` +
        `the gap will show the residual; lower free.tolerance below ${power(limit * Math.abs(beta))} or raise beta`,
    ];
  });
}

function unequalSteps(spec: Spec): string[] {
  const key = (engine: EngineSpec) =>
    `${engine.integrator?.name ?? spec.second.integrator.name} with step ${stepOf(engine, spec)}`;
  const moving = spec.engines.filter((engine) => engineOf(engine).hasProcess);
  const distinct = new Map(moving.map((engine) => [key(engine), engine.id]));
  if (distinct.size <= 1 || spec.protocol.name !== 'equivalence') return [];
  const list = [...distinct].map(([how, id]) => `${id} by ${how}`).join(', ');
  return [`unequal steps on the two sides (${list}): the sequences differ by the discretisation, not by the theorem`];
}

const ROUND_OFF_TIME = 36;

/** After t ≈ 36 time constants e^−t is below round-off: relative measures of the state then compare noise. */
function decayedCurve({ second, assert, protocol }: Spec): string[] {
  const time = second.step * second.steps;
  const relative = assert.some(
    (item) =>
      item.quantity.startsWith('state') &&
      'column' in item &&
      ['error_rel', 'cosine', 'sign_agreement'].includes(item.column),
  );
  if (protocol.name !== 'equivalence' || time <= ROUND_OFF_TIME || !relative) return [];
  return [
    `second phase of ${time} time constants: the curves decay to round-off, where error_rel and cosine measure noise; assert on error_scaled`,
  ];
}

function power(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
}

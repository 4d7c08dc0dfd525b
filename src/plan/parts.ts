/** The parts that a spec names, made from the registry: values, so that a spec's part is made once. */
import type { Engine } from '../engine/engine.js';
import { createEngine } from '../engine/family.js';
import { create, type Named, remembered } from '../entry.js';
import { referencesIn, type Table, tableFor } from '../metrics/columns.js';
import type { Cost, Dynamics } from '../model/types.js';
import { type AnyProtocol, type Protocol, RESERVED_REFERENCES } from '../protocol/protocol.js';
import { registry } from '../registry.js';
import type { Integrator } from '../solver/integrator.js';
import type { Solver } from '../solver/solver.js';
import type { Assertion } from '../spec/assertion.js';
import type { EngineSpec, Spec } from '../spec/schema.js';

export { agentOf, taskOf } from '../spec/agent.js';
export { dynamicsOf } from '../spec/network.js';

export const costOf = remembered((named: Named): Cost => create(registry.costs, named));

export const engineOf = remembered((spec: EngineSpec): Engine => createEngine(registry.engines, spec));

export const protocolOf = remembered((named: Named): AnyProtocol => create(registry.protocols, named));

/** Whether the protocol compares that of its engines. */
export const compares = (
  { protocol }: Pick<Partial<Spec>, 'protocol'>,
  what: NonNullable<Protocol['compares']>,
): boolean => protocol !== undefined && protocolOf(protocol).compares === what;

/** The table that an assertion is about; undefined where the protocol does not write it. */
export function assertedTable(
  { protocol, reference, record }: Pick<Spec, 'protocol'> & Partial<Pick<Spec, 'reference' | 'record'>>,
  { table }: Pick<Assertion, 'table'>,
): Table | undefined {
  const { metrics, writes = [] } = protocolOf(protocol);
  if (table === undefined || table === 'metrics') return tableFor(metrics, referencesIn({ reference }));
  const isWritten =
    table === 'summary' ? record?.summary && compares({ protocol }, 'processes') : writes.includes(table);
  return isWritten ? tableFor(table, []) : undefined;
}

export const solverOf = remembered((named: Named): Solver => create(registry.solvers, named));

export const integratorOf = remembered((named: Named): Integrator => create(registry.integrators, named));

/** How `ep, one-sided` is called in messages. */
export function describeEngine(spec: EngineSpec): string {
  const { key } = registry.engines[spec.name];
  return key === undefined ? spec.name : `${spec.name}, ${key}: ${spec[key]}`;
}

export function referencesOf(spec: Pick<Spec, 'reference'>): string[] {
  return typeof spec.reference === 'string' ? [spec.reference] : [...spec.reference];
}

export function isReserved(id: string): boolean {
  return (RESERVED_REFERENCES as readonly string[]).includes(id);
}

/** Names of the tensors of the state and of the parameters. */
export function tensorsOf(dynamics: Dynamics): { state: string[]; params: string[] } {
  return {
    state: dynamics.states.map(({ name }) => name),
    params: dynamics.parameters.map(({ name }) => name),
  };
}

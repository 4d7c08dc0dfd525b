import type { Issue } from '../errors.js';
import { type Capability, capabilityMeaning } from '../model/capability.js';
import type { Dynamics } from '../model/types.js';
import { activations } from '../numerics/activation.js';
import { RESERVED_REFERENCES } from '../protocol/protocol.js';
import { dotted, show } from '../spec/issues.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { EngineSpec } from '../spec/schema.js';
import { suggestion } from '../spec/suggest.js';
import { costOf, describeEngine, engineOf, isReserved, protocolOf, referencesOf } from './parts.js';

/** Ids, references, and whether every engine can treat the dynamics in this protocol. */
export function checkEngines(spec: PartialSpec, dynamics: Dynamics | undefined, draft: Draft): Issue[] {
  return [
    ...checkPresence(spec, draft),
    ...checkIds(draft),
    ...checkReferences(spec, draft),
    ...(dynamics ? checkEarlyError(spec, dynamics, draft) : []),
    ...checkProtocol(spec, draft),
    ...checkRates(spec, draft),
    ...(dynamics ? checkFit(spec, dynamics, draft) : []),
  ];
}

/** Whether engines can treat the dynamics, and fit its tensors and its time. */
function checkFit(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  const misfits = (spec.engines ?? []).flatMap((engine, i): Issue[] => {
    const misfit = engineOf(engine).misfit?.(dynamics.parameters);
    if (misfit === undefined) return [];
    const path = ['engines', i, misfit[0]];
    return [{ where: draft.locate(path), message: `${dotted(path, draft.data)} ${misfit[1]}` }];
  });
  return [...misfits, ...checkCapabilities(spec, dynamics, draft), ...checkWholeSteps(spec, dynamics, draft)];
}

/** Ids as the draft has them, valid engines or not. */
export function engineIds(draft: Draft): string[] {
  const engines = (draft.data as { engines?: unknown } | null)?.engines;
  if (!Array.isArray(engines)) return [];
  return engines.map((item) => String((item as EngineSpec | null)?.id ?? (item as EngineSpec | null)?.name ?? item));
}

function checkIds(draft: Draft): Issue[] {
  const ids = engineIds(draft);
  return ids.flatMap((id, i): Issue[] => {
    const where = draft.locate(['engines', i]);
    if (isReserved(id)) return [{ where, message: `engine id '${id}' is reserved for a reference` }];
    if (ids.indexOf(id) < i) {
      return [{ where, message: `two engines are called '${id}'`, hint: 'give each an id of its own' }];
    }
    return [];
  });
}

function checkReferences(spec: PartialSpec, draft: Draft): Issue[] {
  if (spec.reference === undefined) return [];
  const known = [...engineIds(draft), ...RESERVED_REFERENCES];
  const references = referencesOf({ reference: spec.reference });
  const unknown = references.filter((id) => !known.includes(id));
  const where = draft.locate(['reference']);
  const alone =
    spec.engines?.length === 1 && references.length === 1 && references[0] === spec.engines[0].id
      ? [{ where, message: `the only engine, '${references[0]}', is the reference: there is nothing to compare` }]
      : [];
  return [
    ...unknown.map((id) => ({
      where,
      message: `reference '${id}' is no engine of this spec`,
      hint: suggestion(id, known),
    })),
    ...alone,
  ];
}

/** It is a process of states, layer by layer. */
function checkEarlyError({ protocol, reference }: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (protocol === undefined || !referencesOf({ reference: reference ?? [] }).includes('early-error')) return [];
  const where = draft.locate(['reference']);
  const { compares } = protocolOf(protocol);
  if (compares !== 'processes') {
    const message = `reference 'early-error' is what states are at first, which protocol ${protocol.name} does not compare`;
    return [{ where, message, hint: 'use protocol: equivalence' }];
  }
  if (dynamics.delays && dynamics.offers.includes('linearisation')) return [];
  const message = `reference 'early-error' needs units that are each one number of steps from the outputs, which ${dynamics.name} has not here`;
  return [{ where, message, hint: 'use energy: hopfield with layers' }];
}

/** A protocol that uses engines needs some, and one that compares them something to compare them with. */
function checkPresence({ protocol, engines, reference }: PartialSpec, draft: Draft): Issue[] {
  if (protocol === undefined || !protocolOf(protocol).usesEngines) return [];
  const given = Object.keys((draft.data ?? {}) as object);
  const empty = [
    { key: 'engines', kind: 'a list', none: engines?.length === 0 },
    { key: 'reference', kind: 'text, or a list', none: reference !== undefined && reference.length === 0 },
  ];
  return empty
    .slice(0, protocolOf(protocol).compares ? 2 : 1)
    .filter(({ none }) => none)
    .map(({ key, kind }) => ({
      where: draft.locate([key]),
      message: given.includes(key)
        ? `${key} needs at least 1 items, got []`
        : `missing key '${key}' (${kind}), which protocol ${protocol.name} needs`,
    }));
}

function checkProtocol({ protocol, engines }: PartialSpec, draft: Draft): Issue[] {
  if (protocol === undefined || engines === undefined || protocolOf(protocol).compares !== 'processes') return [];
  return engines.flatMap((engine, i): Issue[] => {
    if (engineOf(engine).hasProcess) return [];
    const message = `engine '${engine.id}' (${describeEngine(engine)}) has no process in time, which protocol ${protocol.name} compares`;
    return [{ where: draft.locate(['engines', i]), message, hint: 'use protocol: gradient, or reference: exact' }];
  });
}

function checkRates({ protocol, engines = [] }: PartialSpec, draft: Draft): Issue[] {
  if (protocol === undefined || protocolOf(protocol).learns) return [];
  return engines.flatMap(({ rate }, i): Issue[] => {
    if (rate === undefined) return [];
    const path = ['engines', i, 'rate'];
    const message = `${dotted(path, draft.data)}: no engine learns in protocol ${protocol.name}, got ${rate}`;
    return [{ where: draft.locate(path), message, hint: 'leave it out, or use protocol: train' }];
  });
}

function checkCapabilities({ network, cost, engines }: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  const offered = [...dynamics.offers, ...(cost ? costOf(cost).offers : [])];
  return (engines ?? []).flatMap((engine, i): Issue[] => {
    const missing = engineOf(engine).needs.filter((need) => !offered.includes(need));
    if (missing.length === 0) return [];
    const explained = missing.map((name) => `${name} (${capabilityMeaning[name]})`).join(', ');
    const hint = missing.map((name) => remedies[name]?.(engine)).find((found) => found !== undefined);
    return [
      {
        where: draft.locate(['engines', i]),
        message: `engine '${engine.id}' (${describeEngine(engine)}) needs ${explained}; ${network?.energy} with ${cost?.name} offers ${offered.join(', ')}`,
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}

/** What to do about a capability that is missing. */
const remedies: Partial<Record<Capability, (engine: EngineSpec) => string | undefined>> = {
  energy: ({ rule }) => (rule === 'energy' ? 'use rule: vector-field, or a network with an energy' : undefined),
  'analytic-field': () => `use nudging: centered or exact, or a smooth activation: ${smoothActivations.join(', ')}`,
  clamping: () => 'use cost: mse',
  rates: () => 'use energy: hopfield',
  'whole-output': ({ name }) =>
    name === 'contrast'
      ? 'use energy: creased-sheet with outputs: its number of creases'
      : 'use energy: vector-field with as many outputs as units',
};

const smoothActivations = Object.values(activations).flatMap(({ name, analytic }) => (analytic ? [name] : []));

/** What a step of phase two is, for a map. */
const WHOLE = { integrator: 'euler', step: 1 } as const;

/** Phase two of a map is compared step by step: nothing integrates it. Phase one may damp it, its end is the same. */
function checkWholeSteps(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  if (dynamics.time !== 'discrete') return [];
  const said = [
    { at: ['second'], ...spec.second },
    ...(spec.engines ?? []).map((engine, i) => ({ at: ['engines', i], ...engine })),
  ];
  // the step of a solver is its damping
  return said.flatMap(({ at, integrator, step, solver }) =>
    Object.entries({ integrator: integrator?.name, step: solver ? undefined : step }).flatMap(([key, got]): Issue[] => {
      const whole = WHOLE[key as keyof typeof WHOLE];
      if (got === undefined || got === whole) return [];
      const path = [...at, key];
      return [
        {
          where: draft.locate(path),
          message: `${dotted(path, draft.data)} must be ${whole}: ${dynamics.name} is a map, got ${show(got)}`,
          hint: 'leave it out',
        },
      ];
    }),
  );
}

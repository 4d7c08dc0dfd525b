/** What run.json says of the things in its tables, so that who reads them asks no names. */
import { labelOf } from '../engine/family.js';
import type { Named } from '../entry.js';
import type { RunRecord, TensorRecord } from '../metrics/results.js';
import type { Sketch } from '../model/sketch.js';
import type { Tensor } from '../model/tensor.js';
import type { Dynamics } from '../model/types.js';
import { registry } from '../registry.js';
import { networkLabel } from '../spec/network.js';
import { type AgentSpec, type AnySpec, isOfAgent, type Spec } from '../spec/schema.js';
import { agentOf, dynamicsOf, engineOf, protocolOf, solverOf, taskOf } from './parts.js';
import { phaseTwo } from './phase-two.js';

type Said = Pick<RunRecord, 'tensors' | 'units' | 'sketch' | 'labels' | 'time' | 'phase_two'>;

/** What the protocol moves beside the network. */
export const movingIn = (spec: AnySpec): readonly Tensor[] =>
  (isOfAgent(spec) ? undefined : protocolOf(spec.protocol).moves?.(dynamicsOf(spec.network))) ?? [];

/** `moving`: tensors of the state that its tables have beside those of the network. */
export const saidOf = (spec: AnySpec, moving: readonly Tensor[] = []): Said =>
  isOfAgent(spec) ? saidOfAgent(spec) : saidOfNetwork(spec, moving);

function saidOfAgent({ agent, task }: AgentSpec): Said {
  const { tensors } = agentOf(agent).of(taskOf(task));
  const text = (part: Named) => ({ keys: ['name'], text: part.name });
  return {
    tensors: Object.fromEntries(tensors.map(recordOf('params'))),
    labels: { network: [text(agent), text(task)], engines: {} },
  };
}

function saidOfNetwork(
  { network, engines, second }: Pick<Spec, 'network' | 'engines' | 'second'>,
  moving: readonly Tensor[],
): Said {
  const dynamics = dynamicsOf(network);
  const { parameters, time } = dynamics;
  const states = [...dynamics.states, ...moving];
  const sketch = sketchIn(dynamics);
  const units = states.flatMap((state) => (state.units ? [[state.name, state.units] as const] : []));
  return {
    tensors: Object.fromEntries([...states.map(recordOf('state')), ...parameters.map(recordOf('params'))]),
    time,
    phase_two: waysOf(engines, second),
    ...(units.length > 0 && { units: Object.fromEntries(units) }),
    ...(sketch && { sketch }),
    labels: {
      network: networkLabel(network),
      engines: Object.fromEntries(engines.map((engine) => [engine.id!, labelOf(registry.engines, engine)])),
    },
  };
}

/** A solver that does not follow time has no size of steps. */
function waysOf(engines: Spec['engines'], second: Spec['second']): NonNullable<RunRecord['phase_two']> {
  const ways = engines.flatMap((engine) => {
    const { integrator, step, solver } = phaseTwo(engine, { second });
    if (solver) return [{ method: solver.named.name, step: solverOf(solver.named).followsTime ? step : undefined }];
    const { hasProcess, pace } = engineOf(engine);
    const steps = pace === 'euler' || (hasProcess && pace === undefined);
    return steps ? [{ method: pace ?? integrator.name, step }] : [];
  });
  return {
    methods: [...new Set(ways.map(({ method }) => method))],
    steps: [...new Set(ways.flatMap(({ step }) => step ?? []))],
  };
}

/** More edges than this are no drawing, and would make run.json of a sweep large. */
const MOST_EDGES = 500;

const sketchIn = ({ sketch, parameters }: Pick<Dynamics, 'sketch' | 'parameters'>): Sketch | undefined =>
  parameters.some(({ shape: [count] }) => count > MOST_EDGES) ? undefined : sketch;

function recordOf(of: TensorRecord['of']) {
  return ({ name, kind, shape, layer }: Tensor) => [name, { of, kind, shape, layer }] as const;
}

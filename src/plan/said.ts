/** What run.json says of the things in its tables, so that who reads them asks no names. */
import { labelOf } from '../engine/family.js';
import type { RunRecord, TensorRecord } from '../metrics/results.js';
import type { Sketch } from '../model/sketch.js';
import type { Tensor } from '../model/tensor.js';
import type { Dynamics } from '../model/types.js';
import { registry } from '../registry.js';
import { networkLabel } from '../spec/network.js';
import type { Spec } from '../spec/schema.js';
import { dynamicsOf } from './parts.js';

export function saidOf({
  network,
  engines,
}: Pick<Spec, 'network' | 'engines'>): Pick<RunRecord, 'tensors' | 'units' | 'sketch' | 'labels' | 'time'> {
  const dynamics = dynamicsOf(network);
  const { states, parameters, time } = dynamics;
  const sketch = sketchIn(dynamics);
  const record = (of: TensorRecord['of']) => (tensor: Tensor) => {
    const { name, kind, shape, layer } = tensor;
    return [name, { of, kind, shape, layer }] as const;
  };
  const units = states.flatMap((state) => (state.units ? [[state.name, state.units] as const] : []));
  return {
    tensors: Object.fromEntries([...states.map(record('state')), ...parameters.map(record('params'))]),
    time,
    ...(units.length > 0 && { units: Object.fromEntries(units) }),
    ...(sketch && { sketch }),
    labels: {
      network: networkLabel(network),
      engines: Object.fromEntries(engines.map((engine) => [engine.id!, labelOf(registry.engines, engine)])),
    },
  };
}

/** More edges than this are no drawing, and would make run.json of a sweep large. */
const MOST_EDGES = 500;

const sketchIn = ({ sketch, parameters }: Pick<Dynamics, 'sketch' | 'parameters'>): Sketch | undefined =>
  parameters.some(({ shape: [count] }) => count > MOST_EDGES) ? undefined : sketch;

/** The JSON Schema of a spec says which parts there are, by the protocol. */
import test from 'ava';
import { specJsonSchema } from '../../src/spec/schema.js';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly required?: readonly string[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
}

/** Of the keywords that say which parts there are. */
function fits(schema: Schema | boolean, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema;
  const { enum: list, anyOf, properties = {}, required = [] } = schema;
  const map = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  return (
    (schema.type !== 'object' || map !== undefined) &&
    (list === undefined || list.includes(value)) &&
    (anyOf === undefined || anyOf.some((one) => fits(one, value))) &&
    (map === undefined ||
      (required.every((key) => key in map) &&
        Object.entries(map).every(([key, one]) => fits(properties[key] ?? true, one))))
  );
}

const { if: condition, then: ofAgent, else: ofNetwork, required } = specJsonSchema() as Schema;
const accepts = (spec: object) => fits(fits(condition!, spec) ? ofAgent! : ofNetwork!, spec);

test('a protocol of agents asks for a task and an agent, every other for a network and data', (t) => {
  t.deepEqual(required, ['name', 'protocol']);
  const [agent, network] = [
    { task: 'saccade', agent: 'augment' },
    { network: {}, data: 'random' },
  ];
  for (const protocol of ['trials', { name: 'trials', networks: 3 }]) {
    t.true(accepts({ protocol, ...agent }));
    for (const wrong of [{}, { task: 'saccade' }, network, { ...agent, cost: 'mse' }])
      t.false(accepts({ protocol, ...wrong }));
  }
  for (const protocol of ['equivalence', { name: 'train', epochs: 3 }]) {
    t.true(accepts({ protocol, ...network, cost: 'mse' }));
    for (const wrong of [{}, { network: {} }, agent, { ...network, task: 'saccade' }])
      t.false(accepts({ protocol, ...wrong }));
  }
});

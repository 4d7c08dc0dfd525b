/** What a dynamics, or a cost, can do for an engine. */
export type Capability =
  | 'energy'
  | 'linearisation'
  | 'complex-field'
  | 'analytic-field'
  | 'clamping'
  | 'feed-forward'
  | 'predictions'
  | 'levels'
  | 'rates'
  | 'whole-output';

export const capabilityMeaning: Record<Capability, string> = {
  energy: 'an energy E with ∂E/∂θ',
  linearisation: 'the Jacobian of its field, transposed, as a product',
  'complex-field': 'a field that can be evaluated on complex states',
  'analytic-field': 'a field that is analytic in complex states, so an activation without kinks',
  clamping: 'a cost that has a minimum, where outputs can be held',
  'feed-forward': 'layers that can also be run forwards once',
  predictions: 'units that predict each other',
  levels: 'units that are each one number of steps from the outputs',
  rates: 'units that tell each other their rates ρ(s), and synapses between them',
  'whole-output': 'outputs that are all units of the network',
};

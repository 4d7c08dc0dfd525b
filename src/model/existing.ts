/** Networks whose weights of 0 are no connections: they stay 0, and no estimate has a share of them. */
import type { Matrix } from '../numerics/matrix.js';
import { sparse } from './domain.js';
import type { Tensor } from './tensor.js';
import type { Dynamics, Linearisation, Params, Predictions, Synapses, System } from './types.js';

/** Puts 0 where there is no connection. */
type Clear = (out: Params) => void;

/**
 * The same dynamics where only the weights learn, couplings and from the input, that are not 0 in θ. Whatever writes a gradient
 * by θ writes 0 for the others: engines, references and steps of weights within phase two (continual EP) alike.
 */
export function existing(dynamics: Dynamics, theta: Params): Dynamics {
  const absent = dynamics.parameters.map(({ kind }, k) =>
    kind === 'coupling' || kind === 'input' ? zerosOf(theta.parts[0][k]) : [],
  );
  const clear: Clear = (out) => {
    absent.forEach((places, k) => {
      for (const at of places) out.parts[0][k].data[at] = 0;
    });
  };
  const { feedForward } = dynamics;
  const made: Dynamics = {
    ...dynamics,
    parameters: dynamics.parameters.map(
      (tensor, k): Tensor =>
        absent[k].length === 0 ? tensor : { ...tensor, domain: sparse(tensor.domain, absent[k]) },
    ),
    ...(feedForward && {
      feedForward(...given) {
        const pass = feedForward(...given);
        return {
          ...pass,
          back(delta, out, slope) {
            pass.back(delta, out, slope);
            clear(out);
          },
        };
      },
    }),
    bind: (at, x) => cleared(dynamics.bind(at, x), made, clear),
  };
  return made;
}

function zerosOf({ data }: Matrix): number[] {
  const zeros: number[] = [];
  for (let at = 0; at < data.length; at++) if (data[at] === 0) zeros.push(at);
  return zeros;
}

/** The same, and then nothing where no connection is. What is written to is given last. */
function clearing<A extends unknown[]>(write: (...given: [...A, Params]) => void, clear: Clear): typeof write {
  return (...given) => {
    write(...given);
    clear(given.at(-1) as Params);
  };
}

function cleared(system: System, dynamics: Dynamics, clear: Clear): System {
  const { energy, synapses, predictions, some } = system;
  return {
    ...system,
    dynamics,
    energy: energy && {
      ...energy,
      addGradChange: clearing(energy.addGradChange, clear),
    },
    ...(synapses && { synapses: clearedSynapses(synapses, clear) }),
    ...(predictions && { predictions: { ...predictions, ...clearedPredictions(predictions, clear) } }),
    ...(some && { some: (rows, home) => cleared(some(rows, home), dynamics, clear) }),
    linearise: (s0, free) => clearedLinearisation(system.linearise(s0, free), clear),
  };
}

function clearedLinearisation(linear: Linearisation, clear: Clear): Linearisation {
  return { ...linear, gradParams: clearing(linear.gradParams, clear) };
}

function clearedSynapses(synapses: Synapses, clear: Clear): Synapses {
  return {
    ...synapses,
    addPairs: clearing(synapses.addPairs, clear),
    addInputPairs: clearing(synapses.addInputPairs, clear),
  };
}

function clearedPredictions(predictions: Predictions, clear: Clear): Pick<Predictions, 'predictor'> {
  return {
    predictor(like) {
      const predictor = predictions.predictor(like);
      return {
        ...predictor,
        addGrad: clearing(predictor.addGrad, clear),
        addGradBend: clearing(predictor.addGradBend, clear),
      };
    },
  };
}

import type { Tensor } from '../tensor.js';
import type { Delays } from '../types.js';
import { type Biases, biases } from './biases.js';
import { type Connection, connection } from './connection.js';
import type { LayerShape, NetworkShape } from './shapes.js';

/** Where its tensor is among the parameters. */
interface Placed {
  readonly at: number;
}

/** The parts of a graph of layers: 0 is the input, layer l has the block l − 1 of a state. */
export interface Parts {
  readonly layers: readonly LayerShape[];
  /** By the layer that they lead to. */
  readonly connections: readonly (Connection & Placed)[];
  /** Of the layers from 1 on. */
  readonly biases: readonly (Biases & Placed)[];
  /** Layer by layer: W, b, and the weights of skips. */
  readonly tensors: readonly Tensor[];
}

export function partsOf({ layers, wires }: NetworkShape): Parts {
  const tensors: Tensor[] = [];
  const place = (tensor: Tensor): Placed => ({ at: tensors.push(tensor) - 1 });
  const connections: (Connection & Placed)[] = [];
  const bs: (Biases & Placed)[] = [];
  layers.forEach((layer, l) => {
    const leading = wires.filter(({ to }) => to === l).map((wire) => connection(wire, layers));
    leading.forEach((one, i) => {
      connections.push({ ...one, ...place(one.weights) });
      if (i > 0) return;
      const b = biases(layer, l);
      bs.push({ ...b, ...place(b.tensor) });
    });
  });
  return { layers, connections, biases: bs, tensors };
}

/** How many steps each layer is from the outputs; absent where ways of different length lead there. */
export function delaysOf({ layers, connections }: Pick<Parts, 'layers' | 'connections'>): Delays | undefined {
  const last = layers.length - 1;
  const steps: number[] = [];
  for (let l = last; l > 0; l--) {
    const ways = connections.filter(({ from }) => from === l).map(({ to }) => steps[to] + 1);
    if (ways.some((way) => way !== ways[0])) return undefined;
    steps[l] = ways[0] ?? 0;
  }
  return layers.slice(1).map(({ units }, k) => new Array<number>(units).fill(steps[k + 1]));
}

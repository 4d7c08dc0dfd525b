/** Small graphs of layers, one for each thing that a connection can be: whole, for the energies that take them. */

const init = { name: 'glorot-uniform', gain: 0.5 };

export const layerGraphExamples: readonly Readonly<Record<string, unknown>>[] = [
  // means of padded windows; a circle of three layers
  {
    layers: [[1, 4, 4], { channels: 2, kernel: 3, padding: 1, pool: { kind: 'average', size: 4 } }, 3, 2],
    skips: [{ from: 1, to: 3 }],
    activation: 'tanh',
    init,
  },
  // two stages of largest entries, and a convolution beside them
  {
    layers: [
      [1, 6, 6],
      { channels: 2, kernel: 3, pool: { kind: 'max', size: 2 } },
      { channels: 2, kernel: 3, padding: 1, pool: { kind: 'max', size: 2 } },
      2,
    ],
    skips: [{ from: 0, to: 2, kernel: 2, stride: 5 }],
    activation: 'shifted-sigmoid',
    init,
  },
  // strides, several channels, a list above an image
  {
    layers: [[2, 3, 3], { channels: 2, kernel: 2, stride: 1 }, { channels: 1, kernel: 2, padding: 1, stride: 2 }, 2],
    activation: 'hard-sigmoid',
    init,
  },
];

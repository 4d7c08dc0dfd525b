import * as zod from 'zod';
import { type BlockShape, Blocks } from '../numerics/blocks.js';
import { addColumnSums, gemm } from '../numerics/kernels.js';
import type { Matrix } from '../numerics/matrix.js';
import { workspace } from '../numerics/workspace.js';
import { level } from './domain.js';
import { type Tensor, tensor } from './tensor.js';
import type { NetworkProblem, Topology } from './topology.js';
import type { BoundCost, Cost, Dynamics, Layout, OutputSlice, Params, State } from './types.js';

/** How many numbers a target has: one for each output, or for each class that is read out of them. */
export const targetsOf = ({ outputs, readOut }: Pick<Layout, 'outputs' | 'readOut'>): number =>
  readOut ? readOut.classes : outputs.to - outputs.from;

/** C at targets, of the outputs or of what is read out of them by the weights in θ as they are whenever it is asked. */
export function costOn(
  dynamics: Pick<Dynamics, 'outputs' | 'readOut'>,
  theta: Params,
  cost: Cost,
  y: Matrix,
): BoundCost {
  return dynamics.readOut?.bind(cost, y, theta) ?? cost.bind(y, dynamics.outputs);
}

/**
 * The same network read out by z = s_L W + b, which is no part of its state (Laborieux et al. 2021, section 3.2): with a cost of
 * softmax(z) the state is nudged by ∂C/∂s_L = (softmax(z) − y) Wᵀ, and W and b have a gradient of their own, ∂C/∂W =
 * s_Lᵀ(softmax(z) − y) at s⁰, exact whatever the estimate of all others is.
 */
export function readOutOf<T extends Topology>(topology: T, classes: number): T {
  const { outputs, parameters, states } = topology;
  const units = outputs.to - outputs.from;
  const layer = states.length + 1;
  const own: readonly Tensor[] = [
    tensor({ name: `W${layer}`, kind: 'read-out', shape: [units, classes], layer }),
    tensor({ name: `b${layer}`, kind: 'bias', shape: [classes], layer, domain: level }),
  ];
  const at = parameters.length;
  return {
    ...topology,
    parameters: [...parameters, ...own],
    readOut: { classes, bind: (cost, y, theta) => bound(cost.bind(y, allOf(classes)), theta, { at, outputs }) },
    ...('withFeedback' in topology && {
      withFeedback: (gamma: number) => readOutOf((topology as Feeding<T>).withFeedback(gamma), classes),
    }),
    ...('separate' in topology && {
      separate: () => readOutOf((topology as unknown as Separable).separate(), classes),
    }),
  };
}

/** Of layers: the last of them is read out. */
export const readOutOption = () =>
  zod
    .enum(['softmax'])
    .optional()
    .describe(
      'softmax: the last layer is no part of the state but read out of the one before, by weights that learn by their own ' +
        'exact gradient (cost: cross-entropy); default: it is the output',
    );

/** What is wrong with layers of which the last is read out. */
export function readOutProblems(layers: readonly unknown[], readOut: string | undefined): NetworkProblem[] {
  if (readOut === undefined) return [];
  const last = layers.length - 1;
  if (layers.length < 3) {
    const message = `${readOut} reads the last of the layers out of the one before, a layer of free units: 3 layers are needed, got ${layers.length}`;
    return [['read_out', message]];
  }
  if (typeof layers[last] === 'number') return [];
  return [[['layers', last], `the last layer is read out by ${readOut}: a number of classes is expected`]];
}

/** `784-512-10 softmax` */
export const readOutLabel = (label: string, readOut: string | undefined): string =>
  readOut === undefined ? label : `${label} ${readOut}`;

type Separable = { separate(): Topology };
type Feeding<T> = { withFeedback(gamma: number): T };

const allOf = (classes: number): OutputSlice => ({ block: 'z', from: 0, to: classes });

/** Which of the parameters W is (b is the next), and what it reads. */
interface Placed {
  readonly at: number;
  readonly outputs: OutputSlice;
}

function bound(inner: BoundCost, theta: Params, placed: Placed): BoundCost {
  const { at, outputs } = placed;
  const [w, b] = theta.parts[0].slice(at);

  const blockOf = (s: State, part: number): Matrix =>
    s.parts[part][s.shapes.findIndex(({ name }) => name === outputs.block)];

  /** z, and room for a gradient there. */
  function read(s: State): { readonly z: State; readonly g: State } {
    const shapes: BlockShape[] = [{ name: 'z', rows: s.shapes[0].rows, cols: w.cols }];
    const [z, g] = ['read out', 'error of what is read out'].map((name) => {
      const room = { allocate: (length: number) => workspace(name, length) };
      return s.im ? Blocks.complex(shapes, room) : Blocks.real(shapes, room);
    });
    // a bias is real
    z.parts.forEach(([to], part) => {
      gemm(false, false, 1, blockOf(s, part), w, part === 0 ? b : 0, to);
    });
    return { z, g: g.fill(0) };
  }

  return {
    value: (s) => inner.value(read(s).z),
    addGradState(s, weight, out) {
      const { z, g } = read(s);
      inner.addGradState(z, weight, g);
      g.parts.forEach(([from], part) => {
        const to = out.parts[part] && blockOf(out, part);
        if (to) gemm(false, true, 1, from, w, to, to);
      });
    },
    ...(inner.some && { some: (rows: Uint32Array) => bound(inner.some!(rows), theta, placed) }),
    readOut: {
      of: (s) => read(s).z.parts[0][0],
      at: (other) => bound(inner, other, placed),
      gradient(s, out) {
        const { z, g } = read(s);
        inner.addGradState(z, { re: 1 / z.shapes[0].rows, im: 0 }, g);
        const [intoW, intoB] = out.parts[0].slice(at);
        gemm(true, false, 1, blockOf(s, 0), g.parts[0][0], 0, intoW);
        intoB.data.fill(0);
        addColumnSums(1, g.parts[0][0], intoB);
      },
    },
  };
}

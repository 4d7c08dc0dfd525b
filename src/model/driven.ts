import type { BlockShape, Blocks } from '../numerics/blocks.js';
import type { Matrix } from '../numerics/matrix.js';
import { gather } from '../numerics/whole-state.js';
import { batchOf } from './tensor.js';
import type { Driven } from './topology.js';
import type { Dynamics, Params, System } from './types.js';

/** Parameters and an input, and what the one makes of the other before any state is known. */
export interface Input {
  readonly theta: Params;
  readonly x: Matrix;
  readonly shapes: readonly BlockShape[];
  /** xU + b */
  readonly drive: Blocks;
  /** Where buffers are made. */
  readonly home: Blocks;
  /** What of a system is a matter of its input alone. */
  readonly system: Required<Pick<System, 'shapes' | 'refresh' | 'some'>>;
}

/** Binds a network whose units feel xU + b: that is computed once, and gathered where some of the examples go on alone. */
export function drivenBy(topology: Driven, make: (input: Input) => System): Dynamics['bind'] {
  function of(theta: Params, x: Matrix, drive: Blocks, home: Blocks): System {
    const { shapes } = drive;
    const refresh = () => {
      theta.renew();
      topology.drive(theta, x, drive);
    };
    const some = (rows: Uint32Array, at: Blocks) => of(theta, rowsOf(x, rows, at), gather(drive, rows, at), at);
    return make({ theta, x, shapes, drive, home, system: { shapes, refresh, some } });
  }
  return (theta, x) => {
    const system = of(theta.steady(), x, theta.of(batchOf(topology.states, x.rows)), theta);
    system.refresh();
    return system;
  };
}

/** Some rows of a matrix, with numbers where those of `home` are. */
function rowsOf({ cols, data }: Matrix, which: Uint32Array, home: Blocks): Matrix {
  const [[some]] = home.of([{ name: 'x', rows: which.length, cols }]).parts;
  for (let i = 0; i < which.length; i++) some.row(i).set(data.subarray(which[i] * cols, (which[i] + 1) * cols));
  return some;
}

import { math } from '../../numerics/matrix.js';
import { power as realPower } from '../../numerics/power.js';

/** A complex number of mathjs. */
export interface MathComplex {
  readonly re: number;
  readonly im: number;
}

type Value = number | MathComplex;

/** How many arguments each of mathjs's functions takes that may stand in an expression: analytic where they are defined. */
export const arities: ReadonlyMap<string, number> = new Map([
  ...[
    ...['sqrt', 'square', 'cube', 'exp', 'log', 'log2', 'log10'],
    ...['sin', 'cos', 'tan', 'sec', 'csc', 'cot', 'asin', 'acos', 'atan'],
    ...['sinh', 'cosh', 'tanh', 'sech', 'csch', 'coth', 'asinh', 'acosh', 'atanh'],
  ].map((name) => [name, 1] as const),
  ['pow', 2] as const,
]);

/** Numbers that have a name. */
export const constants: readonly string[] = ['pi', 'e'];

/** What mathjs reads as a value of some kind, wherever it stands. */
export const values: readonly string[] = ['true', 'false', 'null', 'undefined', 'NaN', 'Infinity'];

/** What a node, an input, a parameter may be called. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** What a power is called where expressions are evaluated: nothing else may be. */
export const POWER = '$power';

/**
 * In place of mathjs's own, which lose an imaginary part that is far below the real one: the step of a complex-step
 * derivative is. Within the domain of the real function.
 */
export const overrides: ReadonlyMap<string, (...args: Value[]) => Value> = new Map<string, (...args: Value[]) => Value>(
  [
    [POWER, power],
    ['atan', continued(Math.atan, atan)],
    ['asin', continued(Math.asin, asin)],
    ['acos', continued(Math.acos, (z) => minus(Math.PI / 2, asin(z)))],
    ['acosh', continued(Math.acosh, acosh)],
  ],
);

function continued(real: (x: number) => number, complex: (z: MathComplex) => Value): (z: Value) => Value {
  return (z) => (typeof z === 'number' ? real(z) : complex(z));
}

const minus = (from: number, z: MathComplex): Value => math.complex(from - z.re, -z.im);

/** Re = ½ atan2(2x, 1 − x² − y²), Im = ¼ log((x² + (1 + y)²)/(x² + (1 − y)²)). */
function atan({ re: x, im: y }: MathComplex): MathComplex {
  const re = Math.atan2(2 * x, 1 - x * x - y * y) / 2;
  return math.complex(re, Math.log1p((4 * y) / (x * x + (1 - y) ** 2)) / 4);
}

/** atan(z/√(1 − z²)) */
function asin(z: MathComplex): MathComplex {
  const root = math.sqrt(math.subtract(1, math.multiply(z as never, z as never) as never) as never);
  return atan(math.divide(z as never, root as never) as unknown as MathComplex);
}

/** log(z + √(z − 1) √(z + 1)) */
function acosh(z: MathComplex): Value {
  const [down, up] = [-1, 1].map((one) => math.sqrt(math.add(z as never, one) as never));
  return math.log(math.add(z as never, math.multiply(down as never, up as never) as never) as never) as never;
}

/** Whole powers by products: the angle of a negative number is no small one. */
const MOST_FACTORS = 64;

function power(base: Value, exponent: Value): Value {
  if (typeof base === 'number' && typeof exponent === 'number') return realPower(base, exponent);
  const isWhole = Number.isInteger(exponent) && Math.abs(exponent as number) <= MOST_FACTORS;
  if (!isWhole) return math.pow(base as never, exponent as never) as unknown as Value;
  let product: unknown = math.complex(1, 0);
  for (let n = Math.abs(exponent as number); n > 0; n--) product = math.multiply(product as never, base as never);
  return ((exponent as number) < 0 ? math.divide(1, product as never) : product) as Value;
}

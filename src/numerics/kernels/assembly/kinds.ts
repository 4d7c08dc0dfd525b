/**
 * Activations as types, by which the compiler makes loops for each. A kernel's argument `kind` is the place in this
 * order: 0 sigmoid, 1 tanh, 2 shifted-sigmoid, 3 hard-sigmoid, 4 linear, 5 relu, 6 softplus.
 */
export class Sigmoid {}
export class Tanh {}
export class ShiftedSigmoid {}
export class HardSigmoid {}
export class Linear {}
export class Relu {}
export class Softplus {}

// @ts-ignore: decorator
@inline
export function is<K, T>(): bool {
  return idof<K>() == idof<T>();
}

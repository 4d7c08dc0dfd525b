import { Comparison } from '../metrics/compare.js';
import type { Params } from '../model/types.js';
import type { Blocks } from '../numerics/blocks.js';

/** Comparisons of a with b, named as the CSV names quantities: the whole first, then tensor by tensor. */
export function compareBlocks(name: 'state' | 'params', a: Blocks, b: Blocks): [quantity: string, Comparison][] {
  const whole = new Comparison();
  const parts = a.shapes.map((shape, k): [string, Comparison] => {
    const part = new Comparison().add(a.parts[0][k].data, b.parts[0][k].data);
    whole.merge(part);
    return [`${name}.${shape.name}`, part];
  });
  return [[name, whole], ...parts];
}

/** Ground truth for the end point of an estimate. */
export interface GradientReference {
  readonly id: string;
  /** The gradient itself; undefined where only directional derivatives are known. */
  readonly gradient: Params | undefined;
  compare(estimate: Params): [quantity: string, Comparison][];
  readonly warnings: readonly string[];
}

export function knownGradient(id: string, gradient: Params, warnings: string[] = []): GradientReference {
  return { id, gradient, warnings, compare: (estimate) => compareBlocks('params', estimate, gradient) };
}

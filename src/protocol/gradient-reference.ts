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
  /** ‖error‖₂/‖b‖₂ of the reference itself, as it is estimated, by quantity; absent where it is not. */
  readonly errors?: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
}

/** Cells at the end of a row against it: what the reference is worth itself, where the bench has one that tells. */
export function worthOf(
  reference: GradientReference | undefined,
  quantity: string,
  references: readonly string[],
): number[] {
  const estimated = references.filter((id) => id === 'finite-difference');
  return estimated.map(() => reference?.errors?.get(quantity) ?? Number.NaN);
}

/** NaN cells agree with nothing, and do not disagree either: of a reference that is not there nothing is said. */
export function signAgreement({ referenceNorm, signAgreement: share }: Comparison): number {
  return Number.isNaN(referenceNorm) ? Number.NaN : share;
}

export function knownGradient(id: string, gradient: Params, warnings: string[] = []): GradientReference {
  return { id, gradient, warnings, compare: (estimate) => compareBlocks('params', estimate, gradient) };
}

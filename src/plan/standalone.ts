import { figures } from '../figure/figures.js';
import type { AnySpec } from '../spec/schema.js';

/** The spec of one run by itself: it asserts and draws nothing that needs the other runs of its sweep. */
export function standalone<S extends AnySpec>(spec: S): S {
  return {
    ...spec,
    assert: spec.assert.filter((assertion) => !('slope' in assertion)),
    figures: spec.figures.filter(
      (figure) =>
        !('name' in figure) || figures[figure.name as keyof typeof figures].sweeps?.(figure as never) === undefined,
    ),
  };
}

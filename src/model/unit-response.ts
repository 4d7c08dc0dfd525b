import type { Activation } from '../numerics/activation.js';
import type { Blocks } from '../numerics/blocks.js';
import { clip, copy, hadamardMinus, projectForce } from '../numerics/kernels.js';
import { fillOutputs } from './outputs.js';
import { freeBlock, pulledBlock } from './roots.js';
import type { Couplings } from './topology.js';
import type { Groups, Nudge, Params, Response, State } from './types.js';

/** What the units of a Hopfield network respond to whose blocks do not see themselves. */
interface Parts {
  readonly topology: Couplings;
  readonly groups: Groups;
  readonly rho: Activation;
  readonly theta: Params;
  /** xU + b */
  readonly drive: Blocks;
  /** The outputs respond to a without the factor ρ'. */
  readonly dropped: boolean;
}

/**
 * System.response for ds/dt = −s + ρ'(s) ∘ a: with the neighbouring layers held, a is fixed and the units of a layer do
 * not see each other. Each goes to the root of s = ρ'(s) a that ds/dt would lead it to; under a piecewise linear ρ that is
 * s = clip(a) at once. The couplings are multiplied once.
 */
export function unitResponse({ topology, groups, rho, theta, drive, dropped }: Parts): Response {
  const [r, slope, a] = [drive.like(), drive.like(), drive.like()];
  const { box } = rho;
  const { outputs } = topology;
  const last = drive.shapes.findIndex(({ name }) => name === outputs.block);
  const every = drive.shapes.map((_, k) => k);
  // what comes down to a block through windows of max pooling is for the block to choose, too
  const felt = groups.map((blocks) => every.filter((k) => topology.windows !== undefined || !blocks.includes(k)));
  const where = { rho, like: drive, slopeless: dropped ? outputs : undefined };
  const free = drive.shapes.map((_, k) => once(() => freeBlock(k, where)));
  const pulled = once(() => pulledBlock(last, where));
  const values = (of: Blocks, k: number) => ({ re: of.parts[0][k].data });

  /** F of these blocks where they are. */
  function forceOn(s: State, blocks: readonly number[], nudge: Nudge | undefined, force: State): void {
    for (const k of blocks) rho.of(drive.shapes[k].name).evaluate(values(s, k), values(r, k), values(slope, k));
    if (dropped && blocks.includes(last)) fillOutputs(slope, outputs, 1);
    for (const k of blocks) {
      hadamardMinus(values(slope, k).re, values(a, k).re, values(s, k).re, values(force, k).re);
    }
    if (blocks.includes(last)) nudge?.(s, force);
    for (const k of blocks) if (box) projectForce(box, values(s, k).re, values(force, k).re);
  }

  return {
    groups,
    isExplicit: box !== undefined,
    move(s, group, out, nudge, force) {
      for (const k of felt[group]) rho.of(drive.shapes[k].name).value(values(s, k), values(r, k));
      topology.couple(theta, r, drive, a, groups[group]);
      if (force) forceOn(s, groups[group], nudge, force);
      for (const k of groups[group]) {
        const [from, received, to] = [s, a, out].map((of) => values(of, k).re);
        if (nudge && k === last) pulled()(from, received, to, nudge);
        else if (box === undefined) free[k]()(from, received, to);
        else {
          // in the box ρ' = 1
          copy(received, to);
          clip(box, to);
        }
      }
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The map s ← ρ(a), a = Ws + xU + b, as the field F = ρ(a) − s and as sweeps set by set. */
import { type Activation, blockByBlock } from '../numerics/activation.js';
import type { Effort } from '../numerics/backend.js';
import { addScaled, byExample, copy } from '../numerics/kernels.js';
import { scratch } from '../numerics/whole-state.js';
import type { Input } from './driven.js';
import type { Directed } from './topology.js';
import type { Nudge, State, System } from './types.js';

/** Where −β∂C/∂s enters the map: `inside` ρ (Laborieux et al. 2021), or `outside`, after it (Ernoult et al. 2019). */
export type NudgePlacement = 'inside' | 'outside';

/** How a system of such a map moves, and the buffers that it does so in. */
export interface Mapping extends Pick<System, 'force' | 'step' | 'response'> {
  buffers(s: State): Record<'a' | 'next', State>;
}

export function mapping(
  topology: Pick<Directed, 'byExample' | 'couple' | 'groups' | 'outputs'>,
  rho: Activation,
  placement: NudgePlacement,
  { theta, shapes, drive, home }: Input,
): Mapping {
  const { groups } = topology;
  const buffers = scratch(home, shapes, 'a', 'next');
  const last = shapes.findIndex(({ name }) => name === topology.outputs.block);

  const apart = blockByBlock(rho);
  const unknown = (): Effort => ({ work: Number.POSITIVE_INFINITY });
  const effort = { all: unknown(), before: unknown(), behind: unknown() };

  /** a, nudged where it says, and what `finish` makes of it by ρ: together, but for the nudge, which is not of kernels. */
  function along(s: State, nudge: Nudge | undefined, finish: (rho: Activation, a: State) => number | undefined) {
    const { a } = buffers(s);
    const couple = () => topology.couple(theta, s, drive, a);
    const share = (cost: Effort, body: (isApart: boolean) => number | undefined) =>
      topology.byExample && s.im === undefined ? byExample(cost, shapes[0].rows, body) : body(false);
    if (nudge) {
      share(effort.before, () => {
        couple();
        return undefined;
      });
      nudge(s, a);
      return share(effort.behind, (isApart) => finish(isApart ? apart : rho, a));
    }
    return share(effort.all, (isApart) => {
      couple();
      return finish(isApart ? apart : rho, a);
    });
  }

  /** F = ρ(a) − s */
  function force(s: State, out: State, nudge?: Nudge): number | undefined {
    const inside = placement === 'inside' ? nudge : undefined;
    const most = along(s, inside, (by, a) => by.valueMinus(a, s, out));
    if (inside || nudge === undefined) return most;
    nudge(s, out);
    return undefined;
  }

  /** The nudge is inside ρ. */
  const step = (s: State, dt: number, out: State, to: State, nudge?: Nudge): number | undefined =>
    along(s, nudge, (by, a) => by.valueStep(a, s, dt, out, to));

  function move(s: State, group: number, out: State, nudge?: Nudge, into?: State): void {
    const { a, next } = buffers(s);
    const blocks = groups![group];
    const pull = blocks.includes(last) ? nudge : undefined;
    topology.couple(theta, s, drive, a, blocks);
    if (placement === 'inside') pull?.(s, a);
    const outside = placement === 'outside' ? pull : undefined;
    // whether where they were is still asked for when they have moved
    const to = out === s && (into || outside) ? next : out;
    for (const k of blocks) {
      const image = to.parts[0][k].data;
      rho.of(shapes[k].name).value({ re: a.parts[0][k].data }, { re: image });
      if (into) addScaled(image, -1, s.parts[0][k].data, into.parts[0][k].data);
    }
    if (into) outside?.(s, into);
    outside?.(s, to);
    if (to !== out) for (const k of blocks) copy(to.parts[0][k].data, out.parts[0][k].data);
  }

  return {
    buffers,
    force,
    ...(placement === 'inside' && { step }),
    ...(groups && { response: { groups, isExplicit: true, move } }),
  };
}

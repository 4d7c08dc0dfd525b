import type { Process } from '../engine/engine.js';
import type { Row } from '../metrics/columns.js';
import { ProcessComparison } from '../metrics/process-comparison.js';
import { Blocks } from '../numerics/blocks.js';
import { addScaled, axpy } from '../numerics/kernels.js';

/** A moment of one engine. */
export interface Moment {
  readonly id: string;
  readonly process: Process;
}

type Kind = 'instantaneous' | 'cumulated';
const kinds: readonly Kind[] = ['instantaneous', 'cumulated'];

/**
 * What whole processes come to against a reference's: of the states S̄_t (instantaneous) and Σ_{τ≤t} S̄_τ (cumulated), of
 * the parameters Θ̄_t − Θ̄_{t−1} (instantaneous) and Θ̄_t (cumulated). Ernoult et al. (2019) compare cumulated synapse
 * processes, Laborieux et al. (2021) instantaneous ones.
 */
export class ProcessSummary {
  private readonly lanes = new Map<string, Lane>();
  private readonly comparisons = new Map<string, ProcessComparison>();
  private steps = 0;

  constructor(private readonly references: readonly string[]) {}

  see(moments: readonly Moment[]): void {
    for (const { id, process } of moments) {
      const known = this.lanes.get(id);
      if (known) known.see(process);
      else this.lanes.set(id, new Lane(process));
      this.steps = process.step;
    }
    for (const [reference, id] of this.pairs()) {
      const [a, b] = [this.lanes.get(id)!, this.lanes.get(reference)!];
      for (const what of ['state', 'params'] as const) {
        for (const kind of kinds) {
          const [x, y] = [a[what][kind].data, b[what][kind].data];
          const key = `${reference}/${id}/${what}/${kind}`;
          const comparison = this.comparisons.get(key) ?? new ProcessComparison(x.length);
          this.comparisons.set(key, comparison);
          comparison.add(x, y);
        }
      }
    }
  }

  /** Of every engine against every reference that is an engine; the whole first, then tensor by tensor. */
  rows(): Row[] {
    return this.pairs().flatMap(([reference, id]) =>
      (['state', 'params'] as const).flatMap((what) => {
        const { shapes } = this.lanes.get(id)![what].cumulated;
        return kinds.flatMap((kind) => {
          const comparison = this.comparisons.get(`${reference}/${id}/${what}/${kind}`)!;
          return ranges(what, shapes).map(([quantity, from, to]): Row => {
            const { relMse, signAgreement, angle } = comparison.part(from, to);
            return [id, reference, quantity, kind, this.steps, relMse, signAgreement, angle];
          });
        });
      }),
    );
  }

  private pairs(): [reference: string, id: string][] {
    const ids = [...this.lanes.keys()];
    return this.references
      .filter((reference) => ids.includes(reference))
      .flatMap((reference) => ids.filter((id) => id !== reference).map((id): [string, string] => [reference, id]));
  }
}

/** One engine's process, in both kinds. */
class Lane {
  readonly state: Record<Kind, Blocks>;
  readonly params: Record<Kind, Blocks>;

  constructor(process: Process) {
    const kept = (blocks: Blocks) => Blocks.real(blocks.shapes).copy(blocks);
    const [state, params] = [process.state, process.params()];
    this.state = { instantaneous: kept(state), cumulated: kept(state) };
    this.params = { instantaneous: kept(params), cumulated: kept(params) };
  }

  see(process: Process): void {
    this.state.instantaneous.copy(process.state);
    axpy(1, process.state.data, this.state.cumulated.data);
    const params = process.params();
    addScaled(params.data, -1, this.params.cumulated.data, this.params.instantaneous.data);
    this.params.cumulated.copy(params);
  }
}

/** [quantity, from, to) of the whole and of every tensor in the contiguous buffer. */
function ranges(what: string, shapes: Blocks['shapes']): [quantity: string, from: number, to: number][] {
  let end = 0;
  const parts = shapes.map(({ name, rows, cols }): [string, number, number] => {
    const start = end;
    end += rows * cols;
    return [`${what}.${name}`, start, end];
  });
  return [[what, 0, end], ...parts];
}

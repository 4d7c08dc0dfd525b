/** An energy of one's own, in plain loops: resistors between nodes, every free node of which leaks to the ground. */
import {
  batchOf,
  type Dynamics,
  defineEnergy,
  type GraphTopology,
  type Linearisation,
  layoutOf,
  type Matrix,
  type State,
  type System,
  z,
} from 'eprbp';

/** E = Σ ½ k_e d_e² + ½ g ‖s‖², d_e the drop along an edge and g what leaks to the ground from every free node. */
function resistors(topology: GraphTopology, leak: number): Dynamics {
  const { edges, free, sources } = topology.graph;
  const units = new Map(free.map((node, i) => [node, i]));
  const inputs = new Map(sources.map((node, i) => [node, i]));
  const ends = edges.map((edge) => edge.map((node) => ({ unit: units.get(node), input: inputs.get(node) })));
  const dynamics: Dynamics = {
    ...layoutOf(topology),
    name: 'leaky',
    time: 'continuous',
    agreement: 'process',
    offers: ['energy', 'linearisation', 'complex-field', 'analytic-field'],
    isLinear: true,
    box: undefined,
    bind(theta, x): System {
      const k = (e: number) => theta.data[e];
      /** Along edge e of example i; without x what a difference of states makes of it. */
      const drop = (s: Matrix, i: number, e: number, from?: Matrix): number => {
        const [a, b] = ends[e].map(({ unit, input }) =>
          unit !== undefined ? s.row(i)[unit] : from !== undefined && input !== undefined ? from.row(i)[input] : 0,
        );
        return a - b;
      };
      const pull = (s: Matrix, out: Matrix, from?: Matrix): void => {
        for (let i = 0; i < s.rows; i++) {
          const row = out.row(i);
          s.row(i).forEach((value, u) => {
            row[u] = -leak * value;
          });
          for (let e = 0; e < ends.length; e++) {
            const flow = k(e) * drop(s, i, e, from);
            const [a, b] = ends[e];
            if (a.unit !== undefined) row[a.unit] -= flow;
            if (b.unit !== undefined) row[b.unit] += flow;
          }
        }
      };
      const each = (out: State, add: (i: number, e: number) => number): void => {
        for (let e = 0; e < ends.length; e++) for (let i = 0; i < x.rows; i++) out.data[e] += add(i, e) / x.rows;
      };
      return {
        dynamics,
        shapes: batchOf(topology.states, x.rows),
        refresh() {},
        force(s, out, nudge) {
          s.parts.forEach(([part], i) => {
            pull(part, out.parts[i][0], i === 0 ? x : undefined);
          });
          nudge?.(s, out);
          return undefined;
        },
        energy: {
          value: ({ parts: [[s]] }) =>
            Float64Array.from({ length: x.rows }, (_, i) => {
              const leaks = Array.from(s.row(i)).reduce((sum, value) => sum + leak * value ** 2, 0);
              return ends.reduce((sum, _end, e) => sum + k(e) * drop(s, i, e, x) ** 2, leaks) / 2;
            }),
          addGradChange(copies, base, out) {
            for (const { s, weight } of copies) {
              const delta = s.clone();
              delta.re.forEach((value, u) => {
                delta.re[u] = value - base.re[u];
              });
              const [[re], [im] = []] = delta.parts;
              each(out, (i, e) => {
                const [d, a, b] = [drop(base.parts[0][0], i, e, x), drop(re, i, e), im ? drop(im, i, e) : 0];
                return weight.re * (a * (d + a / 2) - b ** 2 / 2) - weight.im * b * (d + a);
              });
            }
          },
        },
        linearise(s0, free): Linearisation {
          let [at, mask] = [s0.clone(), free];
          const spare = s0.like();
          const masked = (v: State, out: State): State => {
            v.data.forEach((value, u) => {
              out.data[u] = mask && mask[u] === 0 ? 0 : value;
            });
            return out;
          };
          const apply = (v: State, out: State): void => {
            pull(masked(v, spare).parts[0][0], out.parts[0][0]);
            masked(out, out);
          };
          return {
            symmetric: true,
            move: (s, freeUnits) => {
              [at, mask] = [s.clone(), freeUnits];
            },
            apply,
            applyTranspose: apply,
            gradParams(v, out) {
              const [[into]] = masked(v, spare).parts;
              each(out.fill(0), (i, e) => -drop(at.parts[0][0], i, e, x) * drop(into, i, e));
            },
          };
        },
      };
    },
  };
  return dynamics;
}

export const leaky = defineEnergy({
  name: 'leaky',
  summary: 'resistors between nodes that leak',
  source: 'an example of eprbp',
  takes: 'potentials',
  init: { name: 'uniform', min: 0.5, max: 2 },
  options: { leak: z.number().positive().describe('conductance from every free node to the ground') },
  examples: [{ leak: 0.3 }],
  create: ({ leak }, topology: GraphTopology) => resistors(topology, leak),
});

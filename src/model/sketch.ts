/** How a network of nodes and edges lies in the plane: for who draws it. */
export interface Sketch {
  readonly nodes: number;
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Absent where nothing says where the nodes are. */
  readonly positions?: readonly (readonly [x: number, y: number])[];
  readonly sources: readonly number[];
  readonly fixed: readonly number[];
  readonly targets: readonly number[];
  /** What the state stands at. */
  readonly holds: 'nodes' | 'edges';
  /** The nodes, or edges, in the order of the units of `s`, `dimension` of them each. */
  readonly free: readonly number[];
  readonly dimension: 1 | 2;
}

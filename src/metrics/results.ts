/** What a finished run leaves behind in `run.json`, and where. Everything that redraws, compares or collects reads this. */

import type { EngineLabel } from '../engine/family.js';
import type { LabelPart } from '../entry.js';

export type { EngineLabel, LabelPart };

/** Version of the layout of results: part of every run's identity. */
export const RESULTS_FORMAT = 1;

export const RUN_FILE = 'run.json';
export const SPEC_FILE = 'spec.yaml';
export const FIGURES_FOLDER = 'figures';
/** The spec of the point that validation chose, of one engine or of each. */
export const bestFile = (engine: string, engines: number): string =>
  engines === 1 ? 'best.yaml' : `best-${engine}.yaml`;
export const PACKAGE_FILE = 'datapackage.json';
/** The page of an experiment, and the index over a folder of them. */
export const REPORT_FILE = 'report.html';
export const INDEX_FILE = 'index.html';
/** The state of an unfinished run, where its protocol has one to keep. */
export const CHECKPOINT_FILE = 'checkpoint.bin';

/** What run.json was on the last rung of a search, while the run goes on to the next: what it came to by then is known. */
export const RUNG_FILE = '.rung.json';

/** A file of this name and a holder's token: that holder makes the run, or had begun to when it was killed. */
export const MAKING = '.making-';

/** `pruned`: ended by a search before its end, and nothing else is to be said of it. */
export type RunStatus = 'completed' | 'max-steps' | 'diverged' | 'pruned';

/** `run.json`. Written last: its presence means that the run is complete. */
export interface RunRecord {
  readonly format: number;
  /** Digest of what computed it; earlier versions wrote none. */
  readonly build?: string;
  readonly name: string;
  readonly id: string;
  readonly hash: string;
  readonly status: RunStatus;
  /** Where a search has ended it before its end: the rung of its ladder (from 0), and epochs done. Its checkpoint is kept. */
  readonly pruned?: { readonly rung: number; readonly epochs: number };
  /** Who has written it and the files beside it, one token a time; absent in those of 0.1.0. */
  readonly holder?: string;
  /** Swept keys (and the seed of several) with this run's values. */
  readonly changes: Record<string, unknown>;
  /** The resolved spec: every default filled in. */
  readonly spec: Record<string, unknown>;
  /** The plugins of the spec; absent where it has none. */
  readonly plugins?: readonly PluginRecord[];
  readonly free: FreeRecord;
  readonly engines: Record<string, EngineRecord>;
  /** Its tables by name, each with its file; absent, as the next two, in those of 0.1.0. */
  readonly tables?: Readonly<Record<string, string>>;
  /** What the tensors of its tables are. */
  readonly tensors?: Readonly<Record<string, TensorRecord>>;
  /** What figures call its network, and its engines by their ids. */
  readonly labels?: { readonly network: readonly LabelPart[]; readonly engines: Readonly<Record<string, EngineLabel>> };
  /** Whether its dynamics flow, or are a map that is applied. */
  readonly time?: 'continuous' | 'discrete';
  /** How its engines go through phase two, each way once: nothing of those that take no steps there. */
  readonly phase_two?: { readonly methods: readonly string[]; readonly steps: readonly number[] };
  /** What the units of state blocks stand for, in their order, where that is more than their places: `node 3`. */
  readonly units?: Readonly<Record<string, readonly string[]>>;
  /** How its nodes and edges, or creases, lie in the plane; of small networks of nodes only. */
  readonly sketch?: SketchRecord;
  /** What came of agents; absent where there are none. */
  readonly learners?: LearnersRecord;
  /** How fast phase two forgets; null where the protocol does not ask. */
  readonly spectrum: SpectrumRecord | null;
  /** What references are worth, where that is estimated. */
  readonly references?: Readonly<Record<string, ReferenceRecord>>;
  /** Share of units that a bound pins at the fixed point; null where states are unbounded. */
  readonly pinned: { readonly units: number; readonly outputs: number } | null;
  readonly warnings: readonly string[];
  /** What lies beside it: CSV files with their rows, other files without. */
  readonly outputs: Record<string, { readonly rows?: number; readonly bytes: number; readonly sha256: string }>;
  readonly seed: number;
  readonly backend: string;
  /** What else its arithmetic depends on: a library and its core; empty where nothing does. */
  readonly backend_details: Readonly<Record<string, unknown>>;
  /** Volatile facts: times, host, versions. */
  readonly environment: Record<string, unknown>;
}

/** A module that adds entries, as it was when the run was made. */
export interface PluginRecord {
  /** From the folder of the run. */
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of each of its files, by its path from the plugin. */
  readonly files: Readonly<Record<string, string>>;
  /** `energies my-energy` */
  readonly adds: readonly string[];
}

/** Nodes and the edges between them, in the order of the tensors on edges. */
export interface SketchRecord {
  readonly nodes: number;
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Absent where nothing says where the nodes are. */
  readonly positions?: readonly (readonly [x: number, y: number])[];
  readonly sources: readonly number[];
  readonly fixed: readonly number[];
  /** Nodes, or edges where those hold the state. */
  readonly targets: readonly number[];
  readonly holds: 'nodes' | 'edges';
  /** The nodes, or edges, in the order of the units of `s`, `dimension` of them each. */
  readonly free: readonly number[];
  readonly dimension: 1 | 2;
}

export interface LearnersRecord {
  readonly networks: number;
  /** How many met the criterion. */
  readonly learned: number;
  /** Trials of those until then; null where there are none. */
  readonly median_trials: number | null;
}

export interface ReferenceRecord {
  /** ‖error of the reference‖₂ relative to itself, over all parameters or directions; null where it cannot be had. */
  readonly reference_error: number | null;
}

export interface TensorRecord {
  readonly of: 'state' | 'params';
  readonly kind: string;
  /** Its indices: a list has one. */
  readonly shape: readonly number[];
  readonly layer: number;
}

export interface FreeRecord {
  readonly status: 'converged' | 'max-steps' | 'diverged';
  readonly steps: number;
  /** Evaluations of F that the solver has paid for. */
  readonly field_evaluations: number;
  readonly residual_max: number | null;
  readonly residual_l2: number | null;
}

/** Ends of the spectrum of −J at the fixed point, over all examples; null for what is not finite. */
export interface SpectrumRecord {
  /** `hessian`: J is symmetric, −J = H; `jacobian`: real parts. */
  readonly of: 'hessian' | 'jacobian';
  readonly smallest: number | null;
  readonly largest: number | null;
  /** Of a map: the spectral radius of its Jacobian. */
  readonly radius?: number | null;
  /** The slowest mode decays like e^{−rate·t}; of a map, t counts steps. */
  readonly rate: number | null;
  /** Residual of the eigenpair that `rate` comes from. */
  readonly error: number | null;
  readonly products: number;
}

export interface EngineRecord {
  readonly status: 'completed' | 'max-steps' | 'diverged' | 'singular' | 'indefinite';
  /** Steps of phase two, terms of a series, iterations of a solve. */
  readonly steps: number;
  /** What the engine found beside the gradient; null for what is not finite. */
  readonly measured?: Readonly<Record<string, number | null>>;
  /** ‖·‖_∞ of what is left undone: the last S̄_t of a process, c + Jᵀz of a linear solve; null where it is not finite. */
  readonly residual_max?: number | null;
  /** Evaluations of F, those of equal cost counted alike: a product with J, a linearisation; on complex states, two. */
  readonly field_evaluations?: number;
  /** Of the buffers that the engine held, with the states of phase one that were kept for it. */
  readonly memory_bytes?: number;
}

import type { Agent } from '../agent/agent.js';
import type { Dataset } from '../data/source.js';
import type { Engine, SecondPhase } from '../engine/engine.js';
import type { Entry } from '../entry.js';
import type { Recorded, Row, tables } from '../metrics/columns.js';
import type {
  EngineRecord,
  FreeRecord,
  LearnersRecord,
  ReferenceRecord,
  RunStatus,
  SpectrumRecord,
} from '../metrics/results.js';
import type { Tensor } from '../model/tensor.js';
import type { Cost, Dynamics, Params } from '../model/types.js';
import type { Matrix } from '../numerics/matrix.js';
import type { Random, Streams } from '../numerics/random.js';
import type { RelaxRule } from '../solver/relax.js';
import type { Task } from '../task/task.js';
import type { Settings } from './advice.js';
import type { Parts } from './packed.js';

/** An engine on the bench, under the id that the spec gives it. */
export interface Contestant {
  readonly id: string;
  readonly engine: Engine;
  readonly second: SecondPhase;
  /** It has a number of steps of its own: one that is too small was chosen. */
  readonly truncated: boolean;
  /** Of its steps in training, where it is not that of all. */
  readonly rate?: number | undefined;
  /** Keys that may be changed for it. */
  readonly settings: Settings;
  /** What it draws from; the engine has streams of its own, whatever else draws. */
  readonly random: Streams;
}

/** Reserved ids that any spec may name as a reference. */
export const RESERVED_REFERENCES = ['exact', 'finite-difference', 'early-error'] as const;

/** Every n-th step, of some tensors; of a larger one so many cells. */
interface Thinned {
  readonly every: number;
  readonly tensors?: readonly string[];
  readonly cells?: number;
}

/** Which parts of a run are kept beside its metrics. */
export interface Recording {
  readonly processes?: Thinned;
  readonly gradients?: { readonly tensors?: readonly string[] };
  readonly freeState: boolean;
  readonly freePath?: Thinned;
  readonly parameters: boolean;
  /** What whole processes come to against each other. */
  readonly summary: boolean;
}

/** Central differences of J in every parameter, or along n random directions. */
export interface FiniteDifferenceRule {
  readonly step: number;
  readonly directions: 'all' | number;
  readonly random: Random;
}

/** Everything a protocol works with; made from a planned run by run/assemble. */
export interface Bench {
  readonly dynamics: Dynamics;
  readonly theta: Params;
  /** A stream of random numbers of the protocol's own, by purpose. */
  stream(purpose: string): Random;
  readonly dataset: Dataset;
  /** Inputs and targets of all examples of the training set at once, made when they are first asked for. */
  readonly x: Matrix;
  readonly y: Matrix;
  readonly cost: Cost;
  /** What the user should know of how it was made: data whose teacher did not come to rest. */
  readonly warnings: readonly string[];
  readonly free: RelaxRule;
  /** Steps of phase one after it has come to rest. */
  readonly restSteps: number;
  /** Steps in which phase one turns the input up; at once where undefined. */
  readonly ramp: number | undefined;
  readonly contestants: readonly Contestant[];
  /** Ids of contestants, or reserved ids. */
  readonly references: readonly string[];
  /** Keys that may be changed: what advice may name. */
  readonly settings: Settings;
  /** Keys that the sweep changes. */
  readonly swept: readonly string[];
  readonly record: Recording;
  readonly finiteDifference: FiniteDifferenceRule;
  /** The data of the last checkpoint of an interrupted run of the same hash: the protocol continues from there. */
  readonly resume?: Uint8Array | undefined;
  /** Epochs after which a protocol of epochs pauses, at a checkpoint; it goes to its end where undefined. */
  readonly until?: number | undefined;
}

export type TableName = keyof typeof tables;

/**
 * What a protocol yields while it works: rows for a table, a sign of life, its whole state (serialised by itself, read by
 * nobody else; valid until the next event), or a whole file of the run beside its tables. A run that continues from a checkpoint finds the rows and
 * files that were yielded before it in place, and must yield the rest as it would have done undisturbed.
 */
export type ProtocolEvent =
  | { readonly kind: 'rows'; readonly table: TableName; readonly rows: readonly Row[] }
  | {
      readonly kind: 'work';
      readonly phase: string;
      readonly done: number;
      readonly of: number;
      /** What a checkpoint at this moment would hold, until the next event: for a run that is told to end. */
      readonly keep?: () => Parts;
    }
  | { readonly kind: 'checkpoint'; readonly data: Parts }
  /** Bytes that are handed over: nobody writes to them any more. */
  | { readonly kind: 'file'; readonly name: string; readonly data: Uint8Array };

/** What a run came to. Numerical failure is a status here, never an exception. */
export interface Outcome {
  readonly status: RunStatus;
  /** Epochs done where it has paused before its end. */
  readonly paused?: number;
  readonly free: FreeRecord;
  readonly engines: Record<string, EngineRecord>;
  readonly spectrum?: SpectrumRecord;
  readonly references?: Readonly<Record<string, ReferenceRecord>>;
  /** Of agents. */
  readonly learners?: LearnersRecord;
  readonly pinned: { readonly units: number; readonly outputs: number } | null;
  readonly warnings: readonly string[];
}

/** Examples in each set of a data set. */
export interface SetSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** What a protocol does with data of some size, for an estimate of its cost. */
export interface Load {
  readonly batch: number;
  /** Phases one and two of every engine, and phases one alone. */
  readonly updates: number;
  readonly evaluations: number;
}

/** A network and its examples as they are known before anything runs. */
export interface Sight extends Pick<Bench, 'dynamics' | 'theta' | 'x' | 'cost' | 'settings'> {}

/** What is known of a protocol before it runs. */
export interface ProtocolTraits {
  /** The table of its `metrics.csv`. */
  readonly metrics: TableName;
  /** Whether it uses the engines of a spec at all. */
  readonly usesEngines: boolean;
  /** Engines learn: each moves a θ of its own, at a rate. */
  readonly learns?: true;
  /**
   * What of engines it compares with a reference, which the spec must name then: whole processes, which every engine must
   * have, or gradients alone. Absent where it compares nothing.
   */
  readonly compares?: 'processes' | 'gradients';
  /** Tables that it writes beside its metrics and what is recorded. */
  readonly writes?: readonly TableName[];
  /** Tables that it can write, and the option that asks for them, in words. */
  readonly onRequest?: Readonly<Partial<Record<TableName, string>>>;
  /** Phase one of an example starts where it ended last time, not at 0. */
  readonly keepsStates?: boolean;
  /** Of one that can pause between epochs: how many there are, and how many pass from one validation to the next. */
  readonly epochs?: { readonly count: number; readonly validated: number };
  /** What of its work can be recorded, beside the summary of processes; nothing without. */
  readonly records?: readonly Recorded[];
  /** How many examples it takes at a time and how often a phase one and a phase two of each engine; all at once and once without. */
  load?(sets: SetSizes): Load;
  /** Steps that it takes at most, where it takes them itself and there are no phases. */
  readonly steps?: number;
  /** What in its options does not fit a dynamics, or data with a validation set or without: [path inside the protocol's spec, message]. */
  problems?(dynamics: Dynamics, validated: boolean): [path: (string | number)[], message: string][];
  /** What the user should know of it before it runs. */
  warnings?(validated: boolean): string[];
  /** The same of the network and the data themselves; only where they take no files to know. */
  foresee?(sight: Sight): string[];
  /** Tensors of the state that its tables have beside those of the network. */
  moves?(dynamics: Dynamics): readonly Tensor[];
}

/** What an experiment does with a network and its engines. */
export interface Protocol extends ProtocolTraits {
  run(bench: Bench): Generator<ProtocolEvent, Outcome>;
}

/** Everything that a protocol of agents works with. */
export interface AgentBench {
  readonly task: Task;
  readonly agent: Agent;
  /** Weights that every network starts from; drawn for each where undefined. */
  readonly start: Params | undefined;
  /** A stream of random numbers by purpose. */
  stream(purpose: string): Random;
  readonly resume?: Uint8Array | undefined;
}

/** What an experiment does with an agent at a task. */
export interface AgentProtocol extends ProtocolTraits {
  play(bench: AgentBench): Generator<ProtocolEvent, Outcome>;
}

export type AnyProtocol = Protocol | AgentProtocol;

/** A protocol in the registry says what it works on: which parts of a spec there are. */
export interface ProtocolEntry extends Entry<AnyProtocol> {
  /** A network and its data where absent. */
  readonly worksOn?: 'agent' | undefined;
}

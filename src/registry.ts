/** THE list. Adding an energy, an engine, a cost, a data set … is one new file and one line here. */
import type { Agent } from './agent/agent.js';
import { augmentEntry } from './agent/augment.js';
import { workmateEntry } from './agent/workmate.js';
import { backends, type MakeBackend } from './backend/backends.js';
import { cifarEntry } from './data/cifar.js';
import { csvEntry } from './data/csv.js';
import { digitsSyntheticEntry } from './data/digits-synthetic.js';
import { divided } from './data/divided.js';
import { idxEntry } from './data/idx.js';
import { inlineEntry } from './data/inline.js';
import { npzEntry } from './data/npz.js';
import { patternsEntry } from './data/patterns.js';
import { publishedEntries } from './data/published.js';
import { randomEntry } from './data/random.js';
import { recallEntry } from './data/recall.js';
import type { DataSource } from './data/source.js';
import { teacherEntry } from './data/teacher.js';
import { spiralsEntry, twoMoonsEntry, xorEntry } from './data/toy.js';
import { backpropFamily } from './engine/backprop.js';
import { continualEpFamily } from './engine/continual-ep.js';
import { contrastFamily } from './engine/contrast.js';
import { contrastiveHebbianFamily } from './engine/contrastive-hebbian.js';
import { coupledLearningFamily } from './engine/coupled-learning.js';
import { epFamily } from './engine/ep.js';
import type { EngineFamily } from './engine/family.js';
import { fixedPointResidualFamily } from './engine/fixed-point-residual.js';
import { predictiveCodingFamily } from './engine/predictive-coding.js';
import { rbpFamily } from './engine/rbp/rbp.js';
import { stdpFamily } from './engine/stdp.js';
import type { Entry } from './entry.js';
import { crossEntropyEntry, mseEntry } from './model/costs.js';
import { creasedSheetEntry } from './model/creased-sheet.js';
import { elasticEntry } from './model/elastic.js';
import { scalarGraphEntry } from './model/expressions/topology.js';
import { graphEntry } from './model/graph/topology.js';
import { hopfieldEntry } from './model/hopfield.js';
import { layerGraphEntry } from './model/images/topology.js';
import { initialisers } from './model/initialise.js';
import { layeredEntry } from './model/layered.js';
import { linearEntry } from './model/linear.js';
import { predictiveCodingEntry } from './model/predictive-coding.js';
import { prototypicalEntry } from './model/prototypical.js';
import { recurrentEntry } from './model/recurrent.js';
import { activationEntries } from './model/registered.js';
import { resistiveEntry } from './model/resistive.js';
import { rewardEntry } from './model/reward.js';
import { storingInitialisers } from './model/store.js';
import type { EnergyEntry, TopologyEntry } from './model/topology.js';
import type { Cost, Initialiser } from './model/types.js';
import { vectorFieldEntry } from './model/vector-field.js';
import type { Activation } from './numerics/activation.js';
import type { Optimizer } from './optimizer/optimizer.js';
import { optimizers } from './optimizer/optimizers.js';
import { equivalenceEntry } from './protocol/equivalence.js';
import { gradientEntry } from './protocol/gradient.js';
import type { ProtocolEntry } from './protocol/protocol.js';
import { recallProtocolEntry } from './protocol/recall.js';
import { relaxationEntry } from './protocol/relaxation.js';
import { timescalesEntry } from './protocol/timescales/timescales.js';
import { trainEntry } from './protocol/train/train.js';
import { trialsEntry } from './protocol/trials/trials.js';
import { andersonEntry } from './solver/anderson.js';
import { directEntry } from './solver/direct.js';
import { dopri5Entry, dopri5SolverEntry } from './solver/dopri5.js';
import { evenOddEntry } from './solver/even-odd.js';
import { eulerEntry, type Integrator, rk4Entry } from './solver/integrator.js';
import { newtonKrylovEntry } from './solver/newton-krylov.js';
import type { Solver } from './solver/solver.js';
import { eulerSolverEntry, rk4SolverEntry } from './solver/stepped.js';
import { delayedMatchEntry } from './task/delayed-match.js';
import { saccadeEntry } from './task/saccade.js';
import { scriptedEntry } from './task/scripted.js';
import type { Task } from './task/task.js';
import { twelveAxEntry } from './task/twelve-ax.js';

type Entries<T> = Readonly<Record<string, Entry<T>>>;

export interface Registry {
  readonly protocols: Readonly<Record<string, ProtocolEntry>>;
  readonly energies: Readonly<Record<string, EnergyEntry>>;
  /** What an energy may be laid out on: each takes those that give the interaction it asks for. */
  readonly topologies: Readonly<Record<string, TopologyEntry>>;
  readonly activations: Entries<Activation>;
  readonly initialisers: Entries<Initialiser>;
  readonly costs: Entries<Cost>;
  readonly data: Entries<DataSource>;
  /** Of the free phase: whatever looks for a fixed point. */
  readonly solvers: Entries<Solver>;
  /** Of the second phase: what steps EP and RBP in lockstep. */
  readonly integrators: Entries<Integrator>;
  readonly engines: Readonly<Record<string, EngineFamily>>;
  /** Of the protocol train. */
  readonly optimizers: Entries<Optimizer>;
  /** What agents are to learn, and who does: of the protocol trials. */
  readonly tasks: Entries<Task>;
  readonly agents: Entries<Agent>;
  /** Of the command line: what does the arithmetic. */
  readonly backends: Entries<MakeBackend>;
}

export const registry: Registry = {
  protocols: {
    recall: recallProtocolEntry,
    equivalence: equivalenceEntry,
    gradient: gradientEntry,
    relaxation: relaxationEntry,
    timescales: timescalesEntry,
    train: trainEntry,
    trials: trialsEntry,
  },
  energies: {
    hopfield: hopfieldEntry,
    prototypical: prototypicalEntry,
    linear: linearEntry,
    'vector-field': vectorFieldEntry,
    'predictive-coding': predictiveCodingEntry,
    resistive: resistiveEntry,
    elastic: elasticEntry,
    'creased-sheet': creasedSheetEntry,
  },
  topologies: {
    layered: layeredEntry,
    recurrent: recurrentEntry,
    'layer-graph': layerGraphEntry,
    graph: graphEntry,
    'scalar-graph': scalarGraphEntry,
  },
  activations: activationEntries,
  initialisers: { ...initialisers, ...storingInitialisers },
  costs: { mse: mseEntry, 'cross-entropy': crossEntropyEntry, reward: rewardEntry },
  data: divided({
    inline: inlineEntry,
    random: randomEntry,
    teacher: teacherEntry,
    xor: xorEntry,
    'two-moons': twoMoonsEntry,
    spirals: spiralsEntry,
    'digits-synthetic': digitsSyntheticEntry,
    recall: recallEntry,
    patterns: patternsEntry,
    idx: idxEntry,
    csv: csvEntry,
    npz: npzEntry,
    cifar: cifarEntry,
    ...publishedEntries,
  }),
  solvers: {
    euler: eulerSolverEntry,
    rk4: rk4SolverEntry,
    dopri5: dopri5SolverEntry,
    'even-odd': evenOddEntry,
    anderson: andersonEntry,
    direct: directEntry,
    'newton-krylov': newtonKrylovEntry,
  },
  integrators: { euler: eulerEntry, rk4: rk4Entry, dopri5: dopri5Entry },
  engines: {
    ep: epFamily,
    'continual-ep': continualEpFamily,
    'contrastive-hebbian': contrastiveHebbianFamily,
    'coupled-learning': coupledLearningFamily,
    contrast: contrastFamily,
    'predictive-coding': predictiveCodingFamily,
    stdp: stdpFamily,
    'fixed-point-residual': fixedPointResidualFamily,
    rbp: rbpFamily,
    backprop: backpropFamily,
  },
  optimizers,
  tasks: {
    saccade: saccadeEntry,
    'delayed-match': delayedMatchEntry,
    '12-ax': twelveAxEntry,
    scripted: scriptedEntry,
  },
  agents: { augment: augmentEntry, workmate: workmateEntry },
  backends,
};

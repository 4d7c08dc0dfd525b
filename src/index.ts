/** eprbp as a library: the numerical core, and experiments from specs. What is not exported here may change. */

export { everyIndex, numberSet } from './data/example-set.js';
export type { DataContext, DataFile, DataSource, Dataset, ExampleSet } from './data/source.js';
export { backpropagation, type OutputUnits } from './engine/backprop.js';
export type { Accuracy, Engine, Estimate, Problem, Process, SecondPhase } from './engine/engine.js';
export { equilibriumPropagation, type Rule } from './engine/ep.js';
export { centered } from './engine/nudging/centered.js';
export { exact } from './engine/nudging/exact.js';
export type { Nudging } from './engine/nudging/nudging.js';
export { oneSided } from './engine/nudging/one-sided.js';
export { type AlmeidaPinedaOptions, almeidaPineda } from './engine/rbp/almeida-pineda.js';
export { bptt } from './engine/rbp/bptt.js';
export { cg } from './engine/rbp/cg.js';
export { direct } from './engine/rbp/direct.js';
export { gmres } from './engine/rbp/gmres.js';
export type { KrylovOptions } from './engine/rbp/krylov-solve.js';
export { neumann } from './engine/rbp/neumann.js';
export { ode } from './engine/rbp/ode.js';
export { readingOut } from './engine/reading-out.js';
export { type Issue, type Location, RunError, UserError } from './errors.js';
export { type Axis, linearAxis, logAxis } from './figure/axis.js';
export { type Built, chart, type Datum, type Layer, type Panel } from './figure/chart.js';
export type { FigureEntry } from './figure/define.js';
export type { Frame } from './figure/frame.js';
export { eachRow, toNumber } from './figure/rows.js';
export type { Run, Source } from './figure/source.js';
export { Comparison } from './metrics/compare.js';
export type { PluginRecord, RunRecord } from './metrics/results.js';
export type { Capability } from './model/capability.js';
export { crossEntropy, mse } from './model/costs.js';
export type { GraphTopology } from './model/graph/topology.js';
export { hopfield } from './model/hopfield.js';
export { layerGraph } from './model/images/layer-graph.js';
export { shapesOf } from './model/images/shapes.js';
export { glorotUniform, initialise, normal, orthogonal, zeros } from './model/initialise.js';
export { layered } from './model/layered.js';
export { linear } from './model/linear.js';
export type { NudgePlacement } from './model/mapping.js';
export { prototypical } from './model/prototypical.js';
export { costOn } from './model/read-out.js';
export { recurrent } from './model/recurrent.js';
export { batchOf, type Tensor, tensor } from './model/tensor.js';
export type { Couplings, Topology } from './model/topology.js';
export type {
  Agreement,
  BoundCost,
  Cost,
  Dynamics,
  Energy,
  Linearisation,
  Nudge,
  Params,
  State,
  System,
  Time,
} from './model/types.js';
export { layoutOf } from './model/types.js';
export { vectorField } from './model/vector-field.js';
export { type Activation, activations, type Elementwise, type Values } from './numerics/activation.js';
export { Arena, within } from './numerics/arena.js';
export type { Backend } from './numerics/backend.js';
export { Blocks } from './numerics/blocks.js';
export { backend, useBackend } from './numerics/current-backend.js';
export { Matrix, math } from './numerics/matrix.js';
export type { Numbers, Precision } from './numerics/numbers.js';
export { type Random, type RandomState, randomStream, randomStreams, type Streams } from './numerics/random.js';
export { adam } from './optimizer/adam.js';
export { momentum } from './optimizer/momentum.js';
export type { Descent, Optimizer, Schedule } from './optimizer/optimizer.js';
export { sgd } from './optimizer/sgd.js';
export { version } from './package.js';
export { plan } from './plan/plan.js';
export type { Plan, RunPlan } from './plan/run-plan.js';
export {
  defineActivation,
  defineAgent,
  defineBackend,
  defineCost,
  defineData,
  defineEnergy,
  defineEngine,
  defineFigure,
  defineInitialiser,
  defineIntegrator,
  defineOptimizer,
  defineProtocol,
  defineSolver,
  defineTask,
  defineTopology,
} from './plugin/define.js';
export { importPlugin } from './plugin/import.js';
export type { Plugin } from './plugin/plugin.js';
export * as z from './plugin/z.js';
export { registry } from './registry.js';
export { assemble } from './run/assemble.js';
export type { ExperimentResult } from './run/experiment.js';
export { type Observer, type RunOptions, runExperiment, runExperiments } from './run/schedule.js';
export { type AndersonOptions, anderson } from './solver/anderson.js';
export { type AdaptiveOptions, adaptive, dopri5 } from './solver/dopri5.js';
export { evenOdd } from './solver/even-odd.js';
export { type Field, freeField, freeUnits, nudgedField } from './solver/field.js';
export { euler, type Integrator, rk4 } from './solver/integrator.js';
export { type NewtonKrylovOptions, newtonKrylov } from './solver/newton-krylov.js';
export { type Relaxation, type RelaxRule, type RelaxSample, relax, settle } from './solver/relax.js';
export type { Solver } from './solver/solver.js';
export { type Spectrum, spectrum } from './solver/spectrum.js';
export { Recorder, type Trajectory } from './solver/trajectory.js';
export { parseOverride } from './spec/overrides.js';
export { type AgentSpec, type AnySpec, isOfAgent, type Spec, specJsonSchema } from './spec/schema.js';

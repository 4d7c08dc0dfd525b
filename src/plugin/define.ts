/**
 * What a plugin's author calls: one helper for each axis of the registry. What they give is an entry as the program's own
 * are, and they remember what it is; a plugin exports it.
 */
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import type { Agent } from '../agent/agent.js';
import type { MakeBackend } from '../backend/backends.js';
import type { DataSource } from '../data/source.js';
import type { OutputUnits } from '../engine/backprop.js';
import type { Engine } from '../engine/engine.js';
import type { EngineFamily, family } from '../engine/family.js';
import type { Nudging } from '../engine/nudging/nudging.js';
import type { ContinualNudging } from '../engine/nudging/third-phase.js';
import type { Entry } from '../entry.js';
import { type Location, PluginFault, pluginPlace } from '../errors.js';
import type { FigureEntry } from '../figure/define.js';
import { type EnergyEntry, energy, type TopologyEntry, topology } from '../model/topology.js';
import type { Cost, Initialiser } from '../model/types.js';
import type { Elementwise } from '../numerics/activation.js';
import type { Optimizer } from '../optimizer/optimizer.js';
import { packageRoot } from '../package.js';
import type { AnyProtocol, ProtocolEntry } from '../protocol/protocol.js';
import type { Integrator } from '../solver/integrator.js';
import type { Solver } from '../solver/solver.js';
import type { Task } from '../task/task.js';
import { lookedAt, type Product, productOf, type Refuse } from './product.js';
import { type Axis, exampleFaults, shapeOf } from './shape.js';

/** What is known of an entry that was made here. */
export interface Definition {
  readonly axis: Axis;
  readonly entry: { readonly name: string };
  /** Of a member that is added to a family of engines: that family's name. */
  readonly family?: string;
  /** Where it was made. */
  readonly where?: Location | undefined;
}

const definitions = new WeakMap<object, Definition>();

/** Undefined for what no helper has made. */
export const definitionOf = (value: unknown): Definition | undefined =>
  typeof value === 'object' && value !== null ? definitions.get(value) : undefined;

/** @throws PluginFault where it is not what an entry of its kind is */
function defined<E extends object>(axis: Axis, helper: string, declared: E, familyName?: string): E {
  const where = definedAt(String(new Error().stack));
  const { name } = declared as { name?: unknown };
  const of = typeof name === 'string' ? `${helper} '${name}'` : helper;
  const refuse: Refuse = (wrong) =>
    new PluginFault(wrong.map((message) => ({ ...(where && { where }), message: `${of}: ${message}` })));
  const { error } = shapeOf(axis, familyName !== undefined).safeParse(declared);
  if (error)
    throw refuse(
      error.issues.map(({ path, message }) => `${path.length === 0 ? 'what is defined' : path.join('.')} ${message}`),
    );
  const faults = exampleFaults(axis, declared);
  if (faults.length > 0) throw refuse(faults);
  const product = productOf(axis, familyName);
  const made = product ? giving(declared as E & Creator, product, refuse) : declared;
  const family = familyName === undefined ? {} : { family: familyName };
  definitions.set(made, { axis, entry: made as unknown as { name: string }, ...family, where });
  return made;
}

/** A place in a plugin, or the first outside of this program: in what tries laws. */
function definedAt(stack: string): Location | undefined {
  const own = ['src/', 'dist/'].map((folder) => new URL(folder, packageRoot));
  const isOwn = (file: string) => own.some(({ href, pathname }) => file.startsWith(href) || file.startsWith(pathname));
  const called = [...stack.matchAll(/^ +at (?:.*\()?(.+):(\d+):(\d+)\)?$/gm)].find(([, file]) => !isOwn(file));
  if (called === undefined) return pluginPlace(stack);
  const [, file, line, column] = called;
  const path = file.startsWith('file:') ? fileURLToPath(file.replace(/\?.*$/, '')) : file;
  return pluginPlace(stack) ?? { file: path, line: Number(line), column: Number(column) };
}

interface Creator {
  create(...given: unknown[]): unknown;
}

/** The same entry, whose `create` is held to give what it must. */
const giving = <E extends Creator>(entry: E, product: Product, refuse: Refuse): E => ({
  ...entry,
  create: (...given: unknown[]) => lookedAt(entry.create(...given), product, 'create', refuse),
});

/** An energy, or another dynamics, on topologies of type T. */
export const defineEnergy: typeof energy = (declaration) =>
  defined<EnergyEntry>('energies', 'defineEnergy', energy(declaration as never));

export const defineTopology: typeof topology = (declaration) =>
  defined<TopologyEntry>('topologies', 'defineTopology', topology(declaration as never));

/** What a member of each family of this program makes; of families with one way only there are no members to add. */
export interface FamilyMembers {
  readonly ep: Nudging;
  readonly 'continual-ep': ContinualNudging;
  readonly rbp: Engine;
  readonly stdp: Engine;
  readonly backprop: OutputUnits;
}

type FamilyDeclaration<M, S extends z.ZodRawShape> = Parameters<typeof family<M, S>>[0];
type MemberDeclaration<F extends keyof FamilyMembers, S extends z.ZodRawShape> = Entry<FamilyMembers[F], S> & {
  readonly family: F;
};

/** A family of engines, or one member more of a family that there is: `{family: 'ep', name, …}` is a nudging. */
export function defineEngine<F extends keyof FamilyMembers, S extends z.ZodRawShape>(
  declaration: MemberDeclaration<F, S>,
): Entry<FamilyMembers[F]>;
export function defineEngine<M, S extends z.ZodRawShape>(declaration: FamilyDeclaration<M, S>): EngineFamily;
export function defineEngine(declaration: object): object {
  if (!('family' in declaration)) return defined('engines', 'defineEngine', { ...declaration });
  const { family: of, ...member } = declaration as { family: unknown };
  return defined('engines', 'defineEngine', member, String(of));
}

/** A helper whose entries are as every other. */
const definer =
  <T>(axis: Axis, helper: string) =>
  <S extends z.ZodRawShape>(declaration: Entry<T, S>): Entry<T> =>
    defined(axis, helper, { ...declaration }) as unknown as Entry<T>;

export const defineCost = definer<Cost>('costs', 'defineCost');
/** A data set; `split` and `examples` are added to its options. */
export const defineData = definer<DataSource>('data', 'defineData');
export const defineActivation = definer<Elementwise>('activations', 'defineActivation');
export const defineInitialiser = definer<Initialiser>('initialisers', 'defineInitialiser');
/** Of the free phase. */
export const defineSolver = definer<Solver>('solvers', 'defineSolver');
/** Of the second phase. */
export const defineIntegrator = definer<Integrator>('integrators', 'defineIntegrator');
/** Of the protocol train; `scale` is added to its options. */
export const defineOptimizer = definer<Optimizer>('optimizers', 'defineOptimizer');
export const defineTask = definer<Task>('tasks', 'defineTask');
export const defineAgent = definer<Agent>('agents', 'defineAgent');
/** What does the arithmetic: `--backend` names it. */
export const defineBackend = definer<MakeBackend>('backends', 'defineBackend');

export function defineProtocol<S extends z.ZodRawShape>(
  declaration: Entry<AnyProtocol, S> & Pick<ProtocolEntry, 'worksOn'>,
): ProtocolEntry {
  return defined('protocols', 'defineProtocol', { ...declaration }) as unknown as ProtocolEntry;
}

export function defineFigure<N extends string, S extends z.ZodRawShape>(
  declaration: FigureEntry<N, S>,
): FigureEntry<N, S> {
  return defined('figures', 'defineFigure', { ...declaration });
}

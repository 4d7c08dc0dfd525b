import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UserError } from '../../src/errors.js';
import { type DrawnFigure, drawFigures } from '../../src/figure/draw.js';
import { type Row, tables } from '../../src/metrics/columns.js';
import { formatRows } from '../../src/metrics/format.js';
import type { RunRecord } from '../../src/metrics/results.js';
import { saidOf } from '../../src/plan/said.js';
import type { Spec } from '../../src/spec/schema.js';
import { madeRecord } from '../_support/records.js';

/** Draws figures that can all be drawn. */
export async function allDrawn(...given: Parameters<typeof drawFigures>): Promise<readonly DrawnFigure[]> {
  const { drawn, issues } = await drawFigures(...given);
  if (issues.length > 0) throw new UserError(issues);
  return drawn;
}

/** The texts of a figure, as they read: lines of one text are one. */
export const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
    text.replace(/<\/tspan><tspan[^>]*>/g, ' ').replace(/<[^>]*>/g, ''),
  );

/** All that this test file has asked for, gone when it ends. */
const folders: string[] = [];
test.after.always(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eprbp-figure-'));
  folders.push(folder);
  return folder;
}

const engines = [
  { id: 'ep', name: 'ep', nudging: 'one-sided', beta: 0.01, rule: 'energy' },
  { id: 'ep-centered', name: 'ep', nudging: 'centered', beta: 0.01, rule: 'energy' },
  { id: 'ep-exact', name: 'ep', nudging: 'exact', rule: 'energy' },
  { id: 'rbp', name: 'rbp', method: 'ode' },
];

export const spec = {
  name: 'fixture',
  title: 'A title',
  source: 'A paper',
  protocol: { name: 'equivalence' },
  seed: 1,
  network: { energy: 'hopfield', layers: [3, 4, 2], activation: { name: 'tanh' } },
  second: { integrator: { name: 'euler' }, step: 0.1, steps: 20 },
  engines,
  reference: 'rbp',
};

export interface Made {
  readonly changes?: Record<string, unknown>;
  readonly spec?: Record<string, unknown>;
  readonly files?: Record<string, string>;
  readonly status?: RunRecord['status'];
  /** λ at s⁰, where it was measured. */
  readonly slowestRate?: number | null;
  /** As run.json has them, as far as a figure reads it. */
  readonly engines?: Record<string, object>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of networks and engines that are none, nothing is said. */
function saidFor(whole: object): ReturnType<typeof saidOf> {
  try {
    return saidOf(whole as Spec);
  } catch {
    return {};
  }
}

/** A finished run on disk. */
export function writeRun(folder: string, id: string, made: Made = {}): string {
  const directory = join(folder, id);
  mkdirSync(directory, { recursive: true });
  const files = Object.entries(made.files ?? {});
  const record = madeRecord({
    hash: sha256(directory).slice(0, 16),
    name: 'fixture',
    id,
    status: made.status ?? 'completed',
    changes: made.changes ?? {},
    spec: { ...spec, ...made.spec },
    ...saidFor({ ...spec, ...made.spec }),
    engines: Object.fromEntries(
      Object.entries(made.engines ?? {}).map(([key, found]) => [key, { status: 'completed', steps: 20, ...found }]),
    ),
    outputs: Object.fromEntries(
      files.map(([name, text]) => [name, { bytes: Buffer.byteLength(text), sha256: sha256(text) }]),
    ),
    ...(made.slowestRate !== undefined && {
      spectrum: { of: 'hessian', smallest: null, largest: null, rate: made.slowestRate, error: null, products: 1 },
    }),
    seed: (made.changes?.['seed'] as number | undefined) ?? 1,
  });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, 'run.json'), JSON.stringify(record));
  return directory;
}

export function csv(table: keyof typeof tables, rows: readonly Row[]): string {
  return `${tables[table].columns.map(({ name }) => name).join(',')}\n${formatRows(rows)}`;
}

/** Error of an engine: β one-sided, β² centered, round-off for the limit itself. */
function errorOf(engine: string, betas: Readonly<Record<string, number>>): number {
  if (engine === 'ep-exact') return 3e-16;
  return engine === 'ep' ? betas['ep'] : betas['ep-centered'] * betas['ep-centered'];
}

/** metrics.csv of the protocol equivalence with these β. */
export function metrics(ep = 0.01, centered = 0.01, steps = 20): string {
  const rows: Row[] = [];
  for (let step = 0; step <= steps; step++) {
    for (const engine of ['ep', 'ep-centered', 'ep-exact']) {
      for (const quantity of ['state', 'params']) {
        // Θ̄₀ = 0 on both sides
        const norm = quantity === 'params' ? 1 - Math.exp(-step / 5) : Math.exp(-step / 5);
        const error = norm * errorOf(engine, { ep, 'ep-centered': centered });
        const relative = norm === 0 ? Number.NaN : error / norm;
        const cosine = norm === 0 ? Number.NaN : 1 - relative / 2;
        rows.push([step, step / 10, engine, 'rbp', quantity, norm, norm, error, relative, error, cosine, 1]);
      }
    }
  }
  return csv('equivalence', rows);
}

/** processes.csv of two engines, s1 and s2 with five units, W1 2 × 2; one example. */
export function processes(): string {
  const rows: Row[] = [];
  for (let step = 0; step <= 20; step++) {
    for (const engine of ['ep', 'rbp']) {
      for (const tensor of ['s1', 's2']) {
        for (let unit = 0; unit < 5; unit++) {
          rows.push([step, step / 10, engine, tensor, 0, unit, (unit - 2.5) * Math.exp(-step / (3 + unit))]);
        }
      }
      for (const cell of [0, 1, 2, 3]) {
        rows.push([step, step / 10, engine, 'W1', cell >> 1, cell & 1, (cell - 1.2) * (1 - Math.exp(-step / 4))]);
      }
    }
  }
  return csv('processes', rows);
}

/** A sweep of solvers: residual and energy fall at a rate of their own; newton-krylov is given two evaluations a step. */
export function solverSweep(folder: string, solvers: readonly { name: string; [option: string]: unknown }[]): string[] {
  return solvers.map((solver, i) => {
    const rows = Array.from({ length: 40 / (i + 1) }, (_, step): Row => {
      const size = Math.exp(-0.6 * (i + 1) * step);
      return [step, Number.NaN, solver.name, 1 + step * (i + 1), size, 2 * size, -3 + size * size, 0.5];
    });
    return writeRun(folder, `solver-${i}`, {
      changes: { 'free.solver': solver },
      spec: {
        protocol: { name: 'relaxation' },
        free: { solver, step: 0.1, tolerance: 1e-10, max_steps: 100 },
        engines: [],
        reference: [],
      },
      files: { 'metrics.csv': csv('relaxation', rows) },
    });
  });
}

/** A sweep of β in both schemes. */
export function betaSweep(folder: string, betas: readonly number[]): string[] {
  return betas.map((beta) =>
    writeRun(folder, `beta-${beta}`, {
      changes: { 'engines.ep.beta': beta, 'engines.ep-centered.beta': beta },
      spec: { engines: engines.map((engine) => ('beta' in engine ? { ...engine, beta } : engine)) },
      files: { 'metrics.csv': metrics(beta, beta) },
    }),
  );
}

/** A sweep of γ: both weights in proportion to it, the lower one up to round-off. */
export function feedbackSweep(folder: string, gammas: readonly number[]): string[] {
  return gammas.map((gamma) => {
    const rows = ['W1', 'W2'].map((tensor, above): Row => {
      const error = gamma + (above === 0 ? 1e-16 / gamma : 0);
      return [0, 0, 'ep', 'rbp', `params.${tensor}`, 1, 1, error, error, error, 1, 1];
    });
    return writeRun(folder, `gamma-${gamma}`, {
      changes: { 'network.feedback': gamma },
      files: { 'metrics.csv': csv('equivalence', rows) },
    });
  });
}

import { dirname, resolve as resolvePath } from 'node:path';
import { type Issue, type Location, UserError } from '../errors.js';
import { structureProblem } from '../model/structure.js';
import type { ParameterShape, Params } from '../model/types.js';
import { type Allocator, Blocks } from '../numerics/blocks.js';
import { Matrix } from '../numerics/matrix.js';
import type { Path } from './document.js';
import { show } from './issues.js';
import { readParameterFile } from './parameter-file.js';
import type { NetworkSpec } from './schema.js';
import { suggestion } from './suggest.js';

/** Explicit parameters as data, with the places of their parts; the digest of the contents where they are in a file. */
export interface ParameterSource {
  readonly tensors: Readonly<Record<string, unknown>>;
  readonly digest: string | undefined;
  locate(path: Path): Location;
}

export function parameterFile(network: NetworkSpec, specFile: string): string | undefined {
  const { parameters } = network;
  if (parameters === undefined || typeof (parameters as { file?: unknown }).file !== 'string') return undefined;
  return resolvePath(dirname(specFile), (parameters as { file: string }).file);
}

/**
 * The explicit parameters of a network, if it has any. `locate` gives places in the spec.
 * @throws UserError where the file is missing, or holds no parameters.
 */
export function readParameters(
  network: NetworkSpec,
  specFile: string,
  locate: (path: Path) => Location,
): ParameterSource | undefined {
  if (network.parameters === undefined) return undefined;
  const file = parameterFile(network, specFile);
  if (file === undefined) {
    const tensors = network.parameters as Record<string, unknown>;
    return { tensors, digest: undefined, locate: (path) => locate(['network', 'parameters', ...path]) };
  }
  try {
    return readParameterFile(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [first] = error.issues;
    const missing =
      first.message === 'no such file'
        ? { where: locate(['network', 'parameters']), message: `parameter file ${file}: no such file` }
        : undefined;
    throw missing ? new UserError(missing) : error;
  }
}

/** What is wrong with explicit parameters for tensors of these shapes: each tensor by name, got and expected. */
export function parameterIssues(source: ParameterSource, shapes: readonly ParameterShape[]): Issue[] {
  const names = shapes.map((shape) => shape.name);
  const unknown = Object.keys(source.tensors)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      where: source.locate([name]),
      message: `unknown parameter '${name}'`,
      hint: `expected ${names.join(', ')}; ${suggestion(name, names)}`,
    }));
  return [...unknown, ...shapes.flatMap((shape) => tensorIssues(source, shape))];
}

function tensorIssues(source: ParameterSource, shape: ParameterShape): Issue[] {
  const where = source.locate([shape.name]);
  const value = source.tensors[shape.name];
  const expected = shape.role === 'bias' ? `${shape.cols} numbers` : `${shape.rows} × ${shape.cols}`;
  if (value === undefined) return [{ where, message: `missing parameter '${shape.name}' (${expected})` }];
  const rows = shape.role === 'bias' && Array.isArray(value) && !Array.isArray(value[0]) ? [value] : value;
  const got = describe(rows);
  if (got !== `${shape.rows} × ${shape.cols}`) {
    return [
      {
        where,
        message: `parameter ${shape.name} must be ${expected}, got ${shape.role === 'bias' ? got.replace(/^1 × (\d+)$/, '$1 numbers') : got}`,
        ...(got === `${shape.cols} × ${shape.rows}` ? { hint: 'its transpose would fit' } : {}),
      },
    ];
  }
  const flat = (rows as unknown[][]).flat();
  const bad = flat.findIndex((entry) => typeof entry !== 'number' || !Number.isFinite(entry));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / shape.cols), bad % shape.cols];
    const place = rows === value ? [shape.name, row, column] : [shape.name, column];
    return [
      {
        where: source.locate(place),
        message: `${shape.name}[${row}][${column}] must be a finite number, got ${show(flat[bad])}`,
      },
    ];
  }
  const problem = structureProblem(shape, new Matrix(shape.rows, shape.cols, Float64Array.from(flat as number[])));
  return problem === undefined ? [] : [{ where, message: problem }];
}

/** `3 × 4` of a rectangular table; what it is otherwise. */
function describe(rows: unknown): string {
  if (!Array.isArray(rows)) return show(rows);
  if (!rows.every(Array.isArray)) return `a list of ${rows.length}`;
  const widths = new Set(rows.map((row) => row.length));
  if (widths.size > 1) return `${rows.length} rows of ${[...widths].sort((a, b) => a - b).join(' and ')} numbers`;
  return sizesOf(rows).join(' × ');
}

/** Of a table, or one of tables. */
function sizesOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...(value.length === 0 ? [0] : sizesOf(value[0]))] : [];
}

/** θ from explicit parameters that have no issues. */
export function toParams(source: ParameterSource, shapes: readonly ParameterShape[], arena?: Allocator): Params {
  const theta = Blocks.real(shapes, arena);
  for (const [name, block] of theta.entries()) block.data.set((source.tensors[name] as number[] | number[][]).flat());
  return theta;
}

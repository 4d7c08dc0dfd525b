import { dirname, resolve as resolvePath } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { cellName, placeOf } from '../model/domain.js';
import { impose, type Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import { type Allocator, Blocks } from '../numerics/blocks.js';
import { Matrix } from '../numerics/matrix.js';
import { show } from './issues.js';
import type { Draft } from './overrides.js';
import { type GivenParameters, type Origin, type ParameterSource, readParameterFile } from './parameter-file.js';
import type { TensorMap, WithParameters } from './parameter-schema.js';
import { suggestion } from './suggest.js';
import { mapped } from './tensor-map.js';

function parameterFile({ parameters }: WithParameters, specFile: string): string | undefined {
  if (parameters === undefined || typeof (parameters as { file?: unknown }).file !== 'string') return undefined;
  return resolvePath(dirname(specFile), (parameters as { file: string }).file);
}

/**
 * The explicit parameters of a part of a spec for these tensors, if it has any.
 * @throws UserError where the file is missing, or holds no parameters.
 */
export function readParameters(
  part: 'network' | 'agent',
  said: WithParameters,
  tensors: readonly Tensor[],
  { file: specFile, locate }: Pick<Draft, 'file' | 'locate'>,
): ParameterSource | undefined {
  if (said.parameters === undefined) return undefined;
  const file = parameterFile(said, specFile);
  if (file === undefined) {
    const tensors = said.parameters as Record<string, unknown>;
    const given = { tensors, digest: undefined };
    return { given, locate: (path) => locate([part, 'parameters', ...path]) };
  }
  try {
    const source = readParameterFile(file);
    const { map } = said.parameters as { map?: TensorMap };
    return map ? mapped(source, map, tensors, (path) => locate([part, 'parameters', 'map', ...path])) : source;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [first] = error.issues;
    const missing =
      first.message === 'no such file'
        ? { where: locate([part, 'parameters']), message: `parameter file ${file}: no such file` }
        : undefined;
    throw missing ? new UserError(missing) : error;
  }
}

/** What is wrong with explicit parameters for these tensors: each by name, got and expected. */
export function parameterIssues(source: ParameterSource, tensors: readonly Tensor[]): Issue[] {
  const names = tensors.map(({ name }) => name);
  const unknown = Object.keys(source.given.tensors).filter((name) => !names.includes(name));
  const torch = unknown.some((name) => name.endsWith('.weight'))
    ? '; of a state_dict of PyTorch: write map: torch'
    : '';
  return [
    ...unknown.map((name) => ({
      where: source.locate([name]),
      message: `unknown parameter '${name}'`,
      hint: `expected ${names.join(', ')}; ${suggestion(name, names)}${torch}`,
    })),
    ...tensors.flatMap((tensor) => tensorIssues(source, tensor)),
    ...leftIssues(source),
  ];
}

/** A state_dict is taken whole. */
function leftIssues({ left = [], needsAll = false, locate }: ParameterSource): Issue[] {
  if (!needsAll) return [];
  return left.map((name) => ({
    where: locate([name]),
    message: `'${name}' is no weight and no bias of a layer of the network`,
    hint: 'leave it out of the file, or name those that are: map: {W1: NAME, b1: NAME, …}',
  }));
}

function tensorIssues(source: ParameterSource, { name, shape, rows, cols, domain }: Tensor): Issue[] {
  const where = source.locate([name]);
  const given = source.given.tensors[name];
  const origin = source.origins?.get(name);
  if (given === undefined) {
    const left =
      source.left && source.left.length > 0 ? { hint: `left over in the file: ${source.left.join(', ')}` } : {};
    return [{ where, message: `missing parameter '${name}' (${sizeText(shape)})`, ...left }];
  }
  // a list may be written as a matrix of one row
  const isRow = shape.length === 1 && Array.isArray(given) && given.length === 1 && Array.isArray(given[0]);
  const value: unknown = isRow ? (given as unknown[])[0] : given;
  if (describe(value, name) !== sizeText(shape)) return [{ where, ...misshapen(value, { name, shape }, origin) }];
  const flat = flatten(value);
  const cell = (at: number) => source.locate([name, ...(isRow ? [0] : []), ...placeOf(at, shape)]);
  const bad = flat.findIndex((entry) => typeof entry !== 'number' || !Number.isFinite(entry));
  if (bad >= 0) {
    const message = `${cellName(name, bad, shape)} must be a finite number, got ${show(flat[bad])}`;
    return [{ where: cell(bad), message }];
  }
  const values = new Matrix(rows, cols, Float64Array.from(flat as number[]));
  const problem = domain.problem(values, name, shape);
  if (problem === undefined) return [];
  const outside = domain.firstOutside?.(values) ?? -1;
  return [{ where: outside < 0 ? where : cell(outside), message: `${name} ${problem}` }];
}

/** In the words of the file, whose tensor has another name, or is the transpose. */
function misshapen(value: unknown, { name, shape }: Pick<Tensor, 'name' | 'shape'>, origin: Origin | undefined) {
  const turned = (sizes: readonly number[]) => (origin?.turned && sizes.length === 2 ? [...sizes].reverse() : sizes);
  const sizes = Array.isArray(value) ? sizesOf(value) : undefined;
  const got = sizes ? sizeText(turned(sizes)) : describe(value, name);
  const who = origin === undefined ? name : `${origin.name}, which is ${name},`;
  const message = `parameter ${who} must be ${sizeText(turned(shape))}, got ${got}`;
  const hint = shape.length > 2 ? filterOrder(sizes, shape) : transposeHint(sizes, shape, origin);
  return { message, ...(hint !== undefined && { hint }) };
}

function transposeHint(sizes: readonly number[] | undefined, shape: readonly number[], origin: Origin | undefined) {
  if (String(sizes) !== String([...(shape.length === 1 ? [1] : []), ...shape].reverse())) return undefined;
  const how = origin && !origin.turned && shape.length === 2 ? `: write {name: ${origin.name}, transpose: true}` : '';
  return `its transpose would fit${how}`;
}

/** How other libraries lay filters out, and which of their indices come first, second, … here. */
const FILTER_ORDERS = [
  ['[height][width][in][out]', [3, 2, 0, 1]],
  ['[out][height][width][in]', [0, 3, 1, 2]],
  ['[in][out][height][width]', [1, 0, 2, 3]],
] as const;

/** Filters have four indices, of which several orders may be meant. */
function filterOrder(sizes: readonly number[] | undefined, shape: readonly number[]): string {
  const fitting = FILTER_ORDERS.find(([, order]) => String(order.map((i) => sizes?.[i])) === String(shape));
  const said = 'its indices are [out][in][height][width]';
  return fitting ? `${said}; if these are ${fitting[0]}: numpy.transpose(w, (${fitting[1].join(', ')}))` : said;
}

function sizeText(shape: readonly number[]): string {
  if (shape.length === 0) return 'a number';
  return shape.length === 1 ? `${shape[0]} numbers` : shape.join(' × ');
}

/** `5 numbers` of a list, `3 × 4` of a rectangular table, and so on; what it is otherwise. */
function describe(value: unknown, name: string): string {
  if (typeof value === 'number') return sizeText([]);
  if (!Array.isArray(value)) return show(value);
  const sizes = sizesOf(value);
  if (sizes) return sizeText(sizes);
  const [at, list] = unevenIn(value, name);
  return at === name ? unlike(list) : `uneven lists: ${at} is ${unlike(list)}`;
}

/** `3 rows of 1 and 2 numbers` */
function unlike(list: readonly unknown[]): string {
  if (!list.every(Array.isArray)) return `a list of ${list.length}, of numbers and lists`;
  const sizes = new Set(list.map((row) => sizesOf(row)!.join(' × ')));
  return `${list.length} rows of ${[...sizes].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).join(' and ')} numbers`;
}

/** The first list whose items are each even, and unlike each other: its name, and itself. */
function unevenIn(value: readonly unknown[], name: string): [at: string, list: readonly unknown[]] {
  const inner = value.findIndex((item) => Array.isArray(item) && sizesOf(item) === undefined);
  return inner < 0 ? [name, value] : unevenIn(value[inner] as unknown[], `${name}[${inner}]`);
}

/** The sizes of evenly nested lists. */
function sizesOf(value: readonly unknown[]): number[] | undefined {
  if (!value.some(Array.isArray)) return [value.length];
  const inner = value.map((item) => (Array.isArray(item) ? sizesOf(item) : undefined));
  const even = inner.every((sizes) => sizes && String(sizes) === String(inner[0]));
  return even ? [value.length, ...inner[0]!] : undefined;
}

const flatten = (value: unknown): unknown[] => [value].flat(Number.POSITIVE_INFINITY);

/** θ from explicit parameters that have no issues, in its domains but for no round-off. */
export function toParams(given: GivenParameters, tensors: readonly Tensor[], arena?: Allocator): Params {
  const theta = Blocks.real(tensors, arena);
  for (const [name, block] of theta.entries()) block.data.set(flatten(given.tensors[name]) as number[]);
  impose(tensors, theta);
  return theta;
}

/** Parameters that a file holds under other names, or the other way round: those of a state_dict of PyTorch. */
import { createHash } from 'node:crypto';
import { type Issue, type Location, UserError } from '../errors.js';
import { layersOf, type Tensor } from '../model/tensor.js';
import type { Origin, ParameterSource } from './parameter-file.js';
import type { TensorMap } from './parameter-schema.js';
import type { Path } from './source-document.js';
import { suggestion } from './suggest.js';

/**
 * The parameters of a network, each from where the map says. `locate` gives places in the map.
 * @throws UserError where the map, or a state_dict, does not fit the network
 */
export function mapped(
  source: ParameterSource,
  map: TensorMap,
  tensors: readonly Tensor[],
  locate: (path: Path) => Location,
): ParameterSource {
  const from = source.given.tensors;
  const origins = map === 'torch' ? fromTorch(from, tensors, locate([])) : fromMap(map, from, tensors, locate);
  const given = Object.fromEntries(
    [...origins].map(([name, { name: other, turned }]) => [name, turned ? transpose(from[other]) : from[other]]),
  );
  const used = new Set([...origins.values()].map(({ name }) => name));
  const digest = createHash('sha256')
    .update(JSON.stringify([source.given.digest, map]))
    .digest('hex');
  return {
    given: { tensors: given, digest },
    origins,
    left: Object.keys(from).filter((name) => !used.has(name)),
    needsAll: map === 'torch',
    locate([name, ...place]) {
      const { name: other, turned } = origins.get(String(name)) ?? { name: String(name), turned: false };
      return source.locate([other, ...(turned && place.length === 2 ? place.reverse() : place)]);
    },
  };
}

/** Of a table; of another thing itself, whose shape will be told. */
function transpose(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every(Array.isArray)) return value;
  const [first = []] = value as unknown[][];
  if (!value.every((row) => row.length === first.length)) return value;
  return first.map((_, j) => (value as unknown[][]).map((row) => row[j]));
}

type Origins = ReadonlyMap<string, Origin>;
type Given = Readonly<Record<string, unknown>>;

/** What the map does not name has its own name in the file. */
function fromMap(
  map: Exclude<TensorMap, 'torch'>,
  from: Given,
  tensors: readonly Tensor[],
  locate: (path: Path) => Location,
): Origins {
  const names = tensors.map(({ name }) => name);
  const origins = new Map<string, Origin>();
  const issues: Issue[] = Object.keys(map)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      where: locate([name]),
      message: `map: unknown parameter '${name}'`,
      hint: suggestion(name, names),
    }));
  for (const name of names) {
    const said = Object.hasOwn(map, name) ? map[name] : name;
    const { name: other, transpose: turned = false } = typeof said === 'string' ? { name: said } : said;
    if (Object.hasOwn(from, other)) origins.set(name, { name: other, turned });
    else if (Object.hasOwn(map, name))
      issues.push({
        where: locate([name]),
        message: `map: the file has no tensor '${other}'`,
        hint: suggestion(other, Object.keys(from)),
      });
  }
  if (issues.length > 0) throw new UserError(issues);
  return origins;
}

/** A module of PyTorch, by the name that stands before `.weight` and `.bias`. */
interface Module {
  readonly name: string;
  weight?: string;
  bias?: string;
}

/** In their order the layers of the network; a Linear has weights [out][in], a convolution has them as they are here. */
function fromTorch(from: Given, tensors: readonly Tensor[], where: Location): Origins {
  const layers = layersOf(tensors).map((places) => layerOf(places.map((k) => tensors[k])));
  if (layers.some((layer) => layer === undefined)) {
    const names = tensors.map(({ name }) => `${name}: …`).join(', ');
    const message = 'map: torch is for layers with one tensor of weights each';
    throw new UserError({ where, message, hint: `write map: {${names}}` });
  }
  const modules = modulesOf(from);
  if (modules.length !== layers.length) {
    const has = modules.length === 0 ? 'none with weights' : modules.map(({ weight }) => weight).join(', ');
    const message = `map: the network has ${layers.length} layers, the file ${modules.length}: ${has}`;
    throw new UserError({ where, message, hint: `or name each by itself: map: {W1: ${modules[0]?.weight ?? '…'}, …}` });
  }
  return new Map(
    layers.flatMap((layer, l): [string, Origin][] => {
      const [{ weights, bias }, module] = [layer!, modules[l]];
      return [
        [weights.name, { name: module.weight!, turned: weights.shape.length === 2 }],
        ...(bias && module.bias !== undefined
          ? [[bias.name, { name: module.bias, turned: false }] as [string, Origin]]
          : []),
      ];
    }),
  );
}

function layerOf(tensors: readonly Tensor[]): { weights: Tensor; bias: Tensor | undefined } | undefined {
  const biases = tensors.filter(({ kind }) => kind === 'bias');
  const weights = tensors.filter(({ kind }) => kind === 'coupling' || kind === 'input');
  if (weights.length !== 1 || biases.length > 1 || biases.length + 1 !== tensors.length) return undefined;
  return { weights: weights[0], bias: biases[0] };
}

/** Those with a table of weights, or of more indices, in the order of the file; by number where that is all that differs. */
function modulesOf(from: Given): Module[] {
  const modules = new Map<string, Module>();
  for (const key of Object.keys(from)) {
    const [, name = '', role] = /^(?:(.*)\.)?(weight|bias)$/.exec(key) ?? [];
    if (role === undefined) continue;
    const module: Module = modules.get(name) ?? { name };
    module[role as 'weight' | 'bias'] = key;
    modules.set(name, module);
  }
  const all = [...modules.values()].filter(({ weight }) => weight !== undefined && isTable(from[weight]));
  const stems = new Set(all.map(({ name }) => name.replace(/\d+$/, '')));
  const numbers = all.map(({ name }) => Number(/\d+$/.exec(name)?.[0] ?? Number.NaN));
  if (stems.size > 1 || numbers.some(Number.isNaN)) return all;
  return all
    .map((module, i) => ({ module, at: numbers[i] }))
    .sort((a, b) => a.at - b.at)
    .map(({ module }) => module);
}

const isTable = (value: unknown): boolean => Array.isArray(value) && Array.isArray(value[0]);

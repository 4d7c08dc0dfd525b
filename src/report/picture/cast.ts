/** Who is in the picture: told from run.json alone, so that who has no picture is known without reading a table. */
import { tables } from '../../metrics/columns.js';
import type { EngineLabel, RunRecord, TensorRecord } from '../../metrics/results.js';

/** More rows than this are no picture. */
const MOST_ROWS = 1_000_000;
/** More layers than this are no lanes. */
const MOST_LAYERS = 6;
/** More engines than this are no choice. */
const MOST_ENGINES = 8;

/** An engine of the run. */
export interface Player {
  readonly id: string;
  /** As the choice among them says it: `→ 0`, `0.1`, `±0.1`. */
  readonly name: string;
  /** `EP one-sided, β = 0.1` */
  readonly label: string;
}

interface NamedTensor extends TensorRecord {
  readonly name: string;
}

export interface Cast {
  readonly states: readonly NamedTensor[];
  /** From each layer to the next, the first from the input. */
  readonly weights: readonly NamedTensor[];
  readonly reference: Player;
  readonly engines: readonly Player[];
  /** Units a row of each tensor. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Undefined where a run is not of two engines on a chain of layers, or did not record what is drawn. */
export function castOf(record: RunRecord): Cast | undefined {
  const { tensors = {}, labels, spec, outputs } = record;
  const rows = (file: string) => outputs[file]?.rows ?? Number.POSITIVE_INFINITY;
  if (![tables.processes, tables.free_path].every(({ file }) => rows(file) <= MOST_ROWS)) return undefined;
  const chain = chainOf(Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor })));
  const told = Object.entries(labels?.engines ?? {}).map(([id, label]) => ({ ...playerOf(id, label), label, id }));
  const references = [spec['reference'] ?? []].flat();
  const reference = told.find(({ id, label }) => !label.nudged && references.includes(id));
  const engines = told.filter(({ label }) => label.nudged).slice(0, MOST_ENGINES);
  if (chain === undefined || reference === undefined || engines.length === 0) return undefined;
  const sizes = new Map(Object.entries(tensors).map(([name, { shape }]) => [name, shape.at(-1)!]));
  const player = ({ id, label }: (typeof told)[number]) => playerOf(id, label);
  return { ...chain, sizes, reference: player(reference), engines: engines.map(player) };
}

function chainOf(tensors: readonly NamedTensor[]): Pick<Cast, 'states' | 'weights'> | undefined {
  const states = tensors.filter((tensor) => tensor.of === 'state').sort((a, b) => a.layer - b.layer);
  if (states.length < 2 || states.length > MOST_LAYERS || states.some(({ layer }, l) => layer !== l + 1))
    return undefined;
  const weights = states.map(({ layer, shape: [size] }) => {
    const below = states[layer - 2]?.shape[0];
    return tensors.find(
      ({ of, layer: at, shape }) =>
        of === 'params' && at === layer && shape.length === 2 && shape[1] === size && (below ?? shape[0]) === shape[0],
    );
  });
  return weights.every((weight) => weight !== undefined) ? { states, weights } : undefined;
}

function playerOf(id: string, { parts }: EngineLabel): Player {
  const text = parts.map((part) => part.text ?? `${part.symbol} = ${part.value}`).join(', ');
  const beta = parts.find(({ keys }) => keys.includes('beta'))?.value;
  return { id, name: nameOf(parts[0].text ?? id, beta), label: text };
}

/** How a way to nudge is told by its β alone. */
function nameOf(way: string, beta: unknown): string {
  const scheme = way.split(' ').slice(1).join(' ');
  if (beta === undefined) return scheme === 'exact' ? '→ 0' : scheme;
  if (scheme === 'one-sided') return String(beta).replace('-', '−');
  return scheme === 'centered' ? `±${beta}` : `${scheme} ${beta}`;
}

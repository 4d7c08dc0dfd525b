import { hasTable } from '../metrics/columns.js';
import type { LabelPart } from '../metrics/results.js';
import { flowText } from '../text.js';
import { isOfLayers, runsOf } from './lists.js';
import { type EngineSpec, type Run, specValue } from './source.js';

const SUPERSCRIPTS: Readonly<Record<string, string>> = { '-': '⁻', ...digits('⁰¹²³⁴⁵⁶⁷⁸⁹') };
const SUBSCRIPTS: Readonly<Record<string, string>> = digits('₀₁₂₃₄₅₆₇₈₉');

function digits(glyphs: string): Record<string, string> {
  return Object.fromEntries([...glyphs].map((glyph, digit) => [String(digit), glyph]));
}

/** 10⁻³ */
export function powerOfTen(exponent: number): string {
  return `10${[...String(exponent)].map((character) => SUPERSCRIPTS[character]).join('')}`;
}

/** A number as a paper prints it: 0.01, −0.5, 10⁻⁸, 3.16×10⁻⁷. */
export function formatNumber(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (value === 0 || (size >= 1e-4 && size < 1e5)) return mathMinus(String(Number(value.toPrecision(digits + 1))));
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const factor = Number(mantissa);
  const power = powerOfTen(Number(exponent));
  if (Math.abs(factor) === 1) return `${factor < 0 ? '−' : ''}${power}`;
  return `${mathMinus(String(factor))}×${power}`;
}

function mathMinus(text: string): string {
  return text.replace('-', '−');
}

/**
 * Any value of a swept key: a number, a name, layers of images as networks are known by (1×14×14-8c5-10), and what is
 * none of these as a spec has it: {every: 2}. Of a long list what stands there several times in a row is written once:
 * [8, 16×6, 4].
 */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    if (isOfLayers(value)) return value.map(layerText).join('-');
    const items = value.map(formatValue);
    return `[${(items.length > FEW ? runsOf(items, FEW) : items).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const { name, ...rest } = value as { readonly name?: unknown };
  if (name !== undefined && Object.keys(rest).length === 0) return String(name);
  return flowText(value, (leaf) => (typeof leaf === 'number' ? formatNumber(leaf) : String(leaf)));
}

/** Up to so many items are read at a glance. */
const FEW = 4;

/** A shape, a convolution by its channels and kernel, or units. */
export function layerText(layer: unknown): string {
  if (Array.isArray(layer)) return layer.join('×');
  const { channels, kernel } = Object(layer) as { readonly channels?: unknown; readonly kernel?: unknown };
  return channels === undefined ? formatValue(layer) : `${channels}c${kernel}`;
}

/** As a formula writes it, digits at the end low: `s1` → s₁, `W2` → W₂. */
export function tensorSymbol(tensor: string): string {
  return tensor.replace(/\d+$/, (digits) => [...digits].map((digit) => SUBSCRIPTS[digit]).join(''));
}

/** Heading of the panel of a quantity of metrics.csv. */
export function quantityLabel(quantity: string): string {
  const [kind, tensor] = quantity.split('.');
  const word = { state: 'state', params: 'parameters', directions: 'random directions' }[kind] ?? kind;
  return tensor === undefined ? word : `${word} ${tensorSymbol(tensor)}`;
}

/** The letter of a key's last word, as formulas have it. */
const SYMBOLS: Readonly<Record<string, string>> = {
  beta: 'β',
  epsilon: 'ε',
  theta: 'θ',
  gamma: 'γ',
  eta: 'η',
  feedback: 'γ',
  learning_rate: 'η',
  gain: 'g',
  points: 'N',
  backward_angle: 'angle',
};

/** What the last word of a key stands for, where it alone does not say. */
const WORDS: Readonly<Record<string, string>> = {
  beta: 'nudging strength β',
  eta: 'share η of the way to the targets',
  learning_rate: 'learning rate η',
  gain: 'gain g of the initial weights',
  points: 'points N of β',
  backward_angle: 'angle between forward and backward weights (degrees)',
};

/** Where a part of the spec says more than its own key. */
const PARTS: Readonly<Record<string, string>> = { free: 'phase one', second: 'phase two' };
const PHASE_WORDS: Readonly<Record<string, string>> = { steps: 'steps K', step: 'step dt', max_steps: 'most steps' };

/** A swept key in few letters: `engines.ep.beta` → β, `free.max_steps` → max steps, `network.layers.1` → layers.1. */
export function keyLabel(key: string): string {
  const [owner, word] = ['', ...key.split('.')].slice(-2);
  if (/^\d+$/.test(word)) return `${keyLabel(owner)}.${word}`;
  return key === 'second.steps' ? 'K' : (SYMBOLS[word] ?? word.replaceAll('_', ' '));
}

/** A swept key with a value, `max steps = 10`; of some keys a value says which. */
export function settingLabel(key: string, value: unknown): string {
  return SELF_TOLD.includes(key) ? formatValue(value) : `${keyLabel(key)} = ${formatValue(value)}`;
}

const SELF_TOLD = ['precision'];

/** The axis title of a key, as a reader who knows no spec would call it: `free.tolerance` → tolerance of phase one. */
export function keyTitle(key: string): string {
  const [part, ...rest] = key.split('.');
  const word = rest.at(-1) ?? part;
  const plain = word.replaceAll('_', ' ');
  if (part in PARTS) return `${PHASE_WORDS[word] ?? plain} of ${PARTS[part]}`;
  if (word in WORDS) return WORDS[word];
  if (word.endsWith('angle')) return `${plain} (degrees)`;
  return rest.length > 1 ? `${plain} of ${rest.at(-2)!.replaceAll('_', ' ')}` : plain;
}

const partText = ({ text, symbol, value }: LabelPart): string =>
  text ?? (symbol === undefined ? formatValue(value) : `${symbol} = ${formatValue(value)}`);

/** `EP one-sided, β = 0.01`, `RBP`, `BPTT, K = 20`; without the options that are `told` in another way. */
export function engineLabel({ id, label }: EngineSpec, told: (option: string) => boolean = () => false): string {
  if (label === undefined) return id;
  return label.parts
    .filter(({ keys }) => !keys.some(told))
    .map(partText)
    .join(', ');
}

/** What kind of engine it is, without numbers: `EP exact, vector-field rule`. */
export function engineKind({ id, label }: EngineSpec): string {
  return label === undefined ? id : label.parts.flatMap(({ text }) => text ?? []).join(', ');
}

/** Something of an engine that has a label in its figure. */
export interface Labelled {
  readonly label: string;
  readonly engine: EngineSpec;
}

/** The kind of engine that all in a figure are, if they are several of one. */
export function commonKind(all: readonly Labelled[]): string | undefined {
  const kinds = new Set(all.map(({ engine }) => engineKind(engine)));
  const labels = new Set(all.map(({ label }) => label));
  return kinds.size === 1 && labels.size > 1 ? [...kinds][0] : undefined;
}

/** What a label says, one thing each: commas within a list or a map are none between them. */
export const partsOf = (label: string): string[] => label.split(/, (?![^[\]{}]*[\]}])/);

/** `EP one-sided (β = 0.1) against RBP` of `EP one-sided, β = 0.1, against RBP`. */
export function spoken(label: string): string {
  const [first, ...parts] = partsOf(label);
  const against = parts.filter((part) => part.startsWith('against '));
  const rest = parts.filter((part) => !against.includes(part));
  return [first, ...(rest.length > 0 ? [`(${rest.join(', ')})`] : []), ...against].join(' ');
}

/** In sentences: by its kind, where no other of the figure is of it; where all are, by what tells it apart. */
export function briefly({ label, engine }: Labelled, all: readonly Labelled[]): string {
  const kind = engineKind(engine);
  const namesakes = new Set(all.filter((other) => engineKind(other.engine) === kind).map((other) => other.label));
  if (namesakes.size === 1) return spoken(kind);
  if (commonKind(all) === undefined) return spoken(label);
  const parts = [...namesakes].map((name) => partsOf(name));
  const own = partsOf(label).filter((part) => !parts.every((other) => other.includes(part)));
  return own.length === 0 ? spoken(label) : own.join(', ');
}

/** The subject of a sentence: as `briefly`, after the kind where that is common to all. */
export function subject(one: Labelled, all: readonly Labelled[]): string {
  const kind = commonKind(all);
  const own = briefly(one, all);
  if (kind === undefined) return own;
  return `${spoken(kind)} ${own.startsWith('against ') ? '' : 'with '}${own}`;
}

/** What reserved references compute: constant in time. */
export const GRADIENT = 'dJ/dθ';

/** How an engine, or a reserved reference, is called in a formula: EP, BPTT, dJ/dθ. */
export function formulaSymbol(id: string, engines: readonly EngineSpec[]): string {
  if (id === 'exact' || id === 'finite-difference') return GRADIENT;
  if (id === 'early-error') return 'early error';
  const label = engines.find((engine) => engine.id === id)?.label;
  return label?.process ?? label?.symbol ?? id;
}

/** What a curve is measured against, where there are several: `against dJ/dθ by finite differences`. */
export function againstLabel(reference: string, engines: readonly EngineSpec[]): string {
  const reserved: Readonly<Record<string, string>> = {
    exact: 'a direct solve',
    'finite-difference': 'finite differences',
    'early-error': 'the early error',
  };
  const engine = engines.find(({ id }) => id === reference);
  return `against ${reserved[reference] ?? (engine ? engineKind(engine) : reference)}`;
}

/** Methods as papers write them; a name that is not here stands for itself. */
const METHODS: Readonly<Record<string, string>> = {
  euler: 'Euler',
  rk4: 'RK4',
  dopri5: 'Dormand–Prince',
  'even-odd': 'even-odd sweeps',
  anderson: 'Anderson',
  'newton-krylov': 'Newton–Krylov',
  direct: 'direct solves',
};
export const methodName = (name: string): string => METHODS[name] ?? name;

/** Energies as papers write them; a name that is not here stands for itself, its hyphens read as spaces. */
const ENERGIES: Readonly<Record<string, string>> = {
  hopfield: 'Hopfield',
  'vector-field': 'vector field',
  resistive: 'resistive network',
  elastic: 'elastic network',
};
const energyName = (name: string): string => ENERGIES[name] ?? name.replaceAll('-', ' ');

/** `Hopfield 10-50-5, tanh; Euler, dt = 0.08; 5 seeds`: what all the runs have in common. */
export function commonFacts(runs: readonly Run[]): string {
  const [energy, size, ...more] = networkParts(runs[0]).map((part, i) => {
    const isCommon = runs.every((run) =>
      networkParts(run).some((other) => JSON.stringify(other) === JSON.stringify(part)),
    );
    return isCommon ? (i === 0 ? energyName(partText(part)) : partText(part)) : undefined;
  });
  const network = [[energy, size].filter(Boolean).join(' '), ...more];
  const parts = [network, stepFacts(runs), [seedFact(runs)]].map((words) => words.filter(Boolean).join(', '));
  return parts.filter((part) => part !== '').join('; ');
}

/** How time goes on in these runs: a map is applied and not integrated. */
function stepFacts(runs: readonly Run[]): (string | undefined)[] {
  if (runs.every(isMap)) return ['a map'];
  if (runs.some(isMap)) return [];
  const [method, dt] = runs.every(({ record }) => hasTable(record, 'relaxation')) ? freeSteps(runs) : secondSteps(runs);
  return [method && methodName(method), dt && `dt = ${dt}`];
}

const freeSteps = (runs: readonly Run[]) => [common(runs, 'free.solver'), common(runs, 'free.step')];

/** Of engines that take steps; records that do not say which ones do are read as if all did. */
function secondSteps(runs: readonly Run[]): (string | undefined)[] {
  const ways = runs.flatMap(({ record }) => record.phase_two ?? []);
  if (ways.length < runs.length)
    return [common(runs, 'second.solver') ?? common(runs, 'second.integrator'), common(runs, 'second.step')];
  const only = (values: readonly unknown[]) => (new Set(values).size === 1 ? formatValue(values[0]) : undefined);
  return [only(ways.flatMap(({ methods }) => methods)), only(ways.flatMap(({ steps }) => steps))];
}

/** Records of 0.1.0 do not say, but for the radius of a map's spectrum. */
export function isMap({ record: { time, spectrum } }: Run): boolean {
  return time === undefined ? spectrum?.radius !== undefined : time === 'discrete';
}

function seedFact(runs: readonly Run[]): string {
  const seeds = new Set(runs.map(({ record }) => record.seed));
  return seeds.size === 1 ? `seed ${runs[0].record.seed}` : `${seeds.size} seeds`;
}

/** A value of the spec that all runs have, formatted. */
function common(runs: readonly Run[], path: string): string | undefined {
  const values = new Set(runs.map((run) => JSON.stringify(specValue(run, path))));
  const value = specValue(runs[0], path);
  return values.size === 1 && value !== undefined ? formatValue(value) : undefined;
}

/** Records of 0.1.0 say its energy alone. */
export function networkParts({ record }: Run): readonly LabelPart[] {
  const said = record.labels?.network;
  return said ?? [{ keys: ['energy'], text: (record.spec['network'] as { energy: string }).energy }];
}

/** `Hopfield 10-50-5, tanh` */
export function networkText(run: Run): string {
  const [energy, size = '', ...more] = networkParts(run).map(partText);
  return [`${energyName(energy)} ${size}`.trim(), ...more].join(', ');
}

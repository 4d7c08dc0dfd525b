import type { LabelPart } from '../metrics/results.js';
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

/** Any value of a swept key: a number, a name, or the name of an object. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.map(formatValue).join('-');
  if (typeof value !== 'object' || value === null) return String(value);
  const { name } = value as { name?: unknown };
  return name === undefined ? JSON.stringify(value) : String(name);
}

/** As a formula writes it, digits at the end low: `s1` → s₁, `W2` → W₂. */
export function tensorSymbol(tensor: string): string {
  return tensor.replace(/\d+$/, (digits) => [...digits].map((digit) => SUBSCRIPTS[digit]).join(''));
}

/** Heading of the panel of a quantity of metrics.csv. */
export function quantityLabel(quantity: string): string {
  const [kind, tensor] = quantity.split('.');
  const word = { state: 'state', params: 'parameters', directions: 'random directions' }[kind] ?? kind;
  if (tensor !== undefined) return `${word} ${tensorSymbol(tensor)}`;
  return { state: 'state: ∂L/∂s', params: 'parameters: ∂L/∂θ' }[kind] ?? word;
}

const GREEK: Readonly<Record<string, string>> = { beta: 'β', epsilon: 'ε', theta: 'θ', gamma: 'γ', eta: 'η' };

/** The last word of a key: `engines.ep.beta` → β, `free.max_steps` → max steps. */
export function keyLabel(key: string): string {
  const word = key.split('.').at(-1)!;
  return GREEK[word] ?? word.replaceAll('_', ' ');
}

/** The axis title of a key, with the part of the spec that it belongs to: `free.tolerance` → tolerance of the free phase. */
export function keyTitle(key: string): string {
  const [part, ...rest] = key.split('.');
  const word = keyLabel(key);
  if (part === 'engines') return `${word} of ${rest[0]}`;
  if (part === 'free' || part === 'second') return `${word} of the ${part} phase`;
  if (word.endsWith('angle')) return `${word} (degrees)`;
  return rest.length > 1 ? `${word} of ${rest.at(-2)!.replaceAll('_', ' ')}` : word;
}

const partText = ({ text, symbol, value }: LabelPart): string =>
  text ?? (symbol === undefined ? formatValue(value) : `${symbol} = ${formatValue(value)}`);

/** `EP one-sided, β = 0.01`, `EP exact, vector-field rule`, `RBP ode`; without the option `told`, which is told elsewhere. */
export function engineLabel({ id, label }: EngineSpec, told?: string): string {
  if (label === undefined) return id;
  return label.parts
    .filter(({ keys }) => told === undefined || !keys.includes(told))
    .map(partText)
    .join(', ');
}

/** What reserved references compute: constant in time. */
export const GRADIENT = 'dJ/dθ';

/** How a reference is called in a formula. */
export function referenceSymbol(reference: string, engines: readonly EngineSpec[]): string {
  if (reference === 'exact' || reference === 'finite-difference') return GRADIENT;
  const engine = engines.find(({ id }) => id === reference);
  return engine?.label?.symbol ?? reference;
}

/** `hopfield 10-50-5, tanh · Euler, dt = 0.08 · seed 1`: what all the runs have in common. */
export function commonFacts(runs: readonly Run[]): string {
  const common = (path: string): string | undefined => {
    const values = new Set(runs.map((run) => JSON.stringify(specValue(run, path))));
    const value = specValue(runs[0], path);
    return values.size === 1 && value !== undefined ? formatValue(value) : undefined;
  };
  const [energy, size, ...more] = networkParts(runs[0]).map((part) => {
    const isCommon = runs.every((run) =>
      networkParts(run).some((other) => JSON.stringify(other) === JSON.stringify(part)),
    );
    return isCommon ? partText(part) : undefined;
  });
  const network = [[energy, size].filter(Boolean).join(' '), ...more];
  const relaxes = common('protocol') === 'relaxation';
  const dt = common(relaxes ? 'free.step' : 'second.step');
  const phase = [
    capitalised(relaxes ? common('free.solver') : (common('second.solver') ?? common('second.integrator'))),
    dt && `dt = ${dt}`,
  ];
  const seeds = new Set(runs.map(({ record }) => record.seed));
  const seed = seeds.size === 1 ? `seed ${runs[0].record.seed}` : `${seeds.size} seeds`;
  const parts = [network, phase, [seed]].map((words) => words.filter(Boolean).join(', '));
  return parts.filter((part) => part !== '').join(' · ');
}

/** Records of 0.1.0 say its energy alone. */
export function networkParts({ record }: Run): readonly LabelPart[] {
  const { energy } = record.spec['network'] as { energy: string };
  return record.labels?.network ?? [{ keys: ['energy'], text: energy }];
}

/** `hopfield 10-50-5, tanh` */
export function networkText(run: Run): string {
  const [energy, size = '', ...more] = networkParts(run).map(partText);
  return [`${energy} ${size}`.trim(), ...more].join(', ');
}

function capitalised(word: string | undefined): string | undefined {
  return word && word[0].toUpperCase() + word.slice(1);
}

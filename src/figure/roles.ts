/** How each role is drawn: one hue, dash, shape and width, the same in every figure. No colour stands twice in the table. */
import type { EngineLabel } from '../metrics/results.js';
import { mix } from './theme.js';

/** What a mark looks like. */
export interface Look {
  readonly color: string;
  /** Of lines, in points of the print; solid where [1, 0]. */
  readonly dash: readonly number[];
  /** Of points. */
  readonly shape: Shape;
  /** Of lines, in points. */
  readonly width: number;
}

type Shape = keyof typeof outlines;

/** Outlines of points, by the names that Vega knows or as paths in a box from −1 to 1; all are filled. */
export const outlines = {
  circle: 'circle',
  square: 'square',
  diamond: 'diamond',
  'triangle-up': 'triangle-up',
  'triangle-down': 'triangle-down',
  'triangle-left': 'triangle-left',
  'triangle-right': 'triangle-right',
  cross: 'cross',
  saltire: 'M-1,-0.6L-0.6,-1L0,-0.4L0.6,-1L1,-0.6L0.4,0L1,0.6L0.6,1L0,0.4L-0.6,1L-1,0.6L-0.4,0Z',
  bow: 'M-1,-0.8L0,0L1,-0.8L1,0.8L0,0L-1,0.8Z',
  star: 'M0,-1L0.25,-0.35L0.95,-0.31L0.4,0.13L0.59,0.81L0,0.42L-0.59,0.81L-0.4,0.13L-0.95,-0.31L-0.25,-0.35Z',
  hourglass: 'M-0.8,-1L0.8,-1L0,0L0.8,1L-0.8,1L0,0Z',
  bar: 'M-0.3,-1L0.3,-1L0.3,1L-0.3,1Z',
  dash: 'M-1,-0.3L1,-0.3L1,0.3L-1,0.3Z',
  stripe: 'M-1.2,-0.15L1.2,-0.15L1.2,0.15L-1.2,0.15Z',
  dots: 'M-1.2,-0.2L-0.8,-0.2L-0.8,0.2L-1.2,0.2ZM-0.2,-0.2L0.2,-0.2L0.2,0.2L-0.2,0.2ZM0.8,-0.2L1.2,-0.2L1.2,0.2L0.8,0.2Z',
  upright: 'M-0.15,-1.2L0.15,-1.2L0.15,1.2L-0.15,1.2Z',
} as const;

const look = (color: string, width: number, shape: Shape, ...dash: number[]): Look => ({
  color,
  width,
  shape,
  dash: dash.length === 0 ? [1, 0] : dash,
});

/**
 * By the role of a label of run.json, and what else has a curve. References are wide and pale, so that what should lie on
 * them shows on top; estimates are thin and dark.
 */
export const ROLES: Readonly<Record<string, Look>> = {
  'rbp ode': look('#8EBBE2', 3, 'circle'),
  'rbp bptt': look('#B7A8DC', 2.2, 'square', 4, 0.8),
  'rbp direct': look('#1B4F8F', 1.5, 'cross', 9, 3),
  'rbp neumann': look('#0077BB', 1.2, 'triangle-up', 6, 2),
  'rbp cg': look('#009988', 1.2, 'triangle-down', 3, 1.5),
  'rbp gmres': look('#2E6F40', 1.2, 'triangle-right', 7, 2, 1.5, 2),
  'rbp almeida-pineda': look('#44AADD', 1.6, 'triangle-left', 1.5, 1.5),
  'ep one-sided': look('#D55E00', 1.2, 'square', 4, 2),
  'ep random-sign': look('#CC79A7', 1.2, 'bow', 4, 1.5, 1.2, 1.5),
  'ep centered': look('#007A5A', 1.2, 'triangle-up', 6, 1.8, 1.4, 1.8),
  'ep holomorphic': look('#8C3F97', 1.2, 'triangle-down', 8, 2),
  'ep exact': look('#111111', 1.2, 'diamond', 2.4, 1.8),
  'ep agnostic': look('#C9880A', 1.4, 'hourglass', 9, 2, 3, 2),
  'continual-ep one-sided': look('#8B5A2B', 1.3, 'cross', 5, 1.5, 1.5, 1.5, 1.5, 1.5),
  'continual-ep random-sign': look('#B98A5E', 1.3, 'saltire', 2, 1),
  'continual-ep centered': look('#6B4423', 1.3, 'triangle-up', 6, 1.5, 1.5, 1.5),
  'continual-ep third-phase': look('#A0522D', 1.3, 'triangle-down', 3, 1.5, 1.5, 1.5),
  'coupled-learning one-sided': look('#A61E4D', 1.2, 'bar', 5, 2.5),
  'coupled-learning centered': look('#D6336C', 1.2, 'dash', 7, 1.5, 3, 1.5),
  contrast: look('#5F6B00', 1.4, 'star', 3, 2, 6, 2),
  'contrastive-hebbian': look('#7F7F00', 1.4, 'star', 6, 3),
  'predictive-coding fixed-predictions': look('#005F73', 1.4, 'hourglass', 8, 1.5, 1.5, 1.5),
  'predictive-coding step-one': look('#0A9396', 1.4, 'triangle-left', 3, 1),
  'predictive-coding clamped': look('#BB3E03', 1.4, 'triangle-right', 10, 1.5),
  'stdp post': look('#9B2226', 1.4, 'bow', 2, 2.5),
  'stdp post-rate': look('#C4553B', 1.4, 'star', 5, 1.5, 2, 1.5),
  'stdp both-left': look('#7A4B52', 1.4, 'dash', 3, 1, 1, 1),
  'stdp both-mid': look('#B58A90', 1.4, 'bar', 9, 1.5, 1.5, 1.5),
  'fixed-point-residual': look('#4D6A1F', 1.4, 'hourglass', 4, 1, 1, 1),
  backprop: look('#5C5C5C', 1.6, 'saltire', 10, 2.5),
  // solvers of phase one
  'solver euler': look('#0072B2', 1.4, 'circle'),
  'solver rk4': look('#56B4E9', 1.4, 'square', 8, 2),
  'solver dopri5': look('#5B3A8C', 1.2, 'diamond', 3, 1.5),
  'solver even-odd': look('#E07B39', 1.4, 'triangle-up', 5, 2),
  'solver anderson': look('#00694E', 1.4, 'triangle-down', 8, 2, 1.5, 2),
  'solver newton-krylov': look('#B03A7A', 1.4, 'cross', 2, 1.5),
  // what lies under every error
  residual: look('#8A8A8A', 0.9, 'stripe', 5, 2.5),
  'round-off': look('#949494', 0.9, 'dots', 1, 2),
  analyticity: look('#7E7E7E', 0.9, 'upright'),
  bound: look('#6C6C6C', 0.9, 'stripe', 1.5, 1.5, 4, 1.5),
};

/** For roles that the table does not have, and for what has none: runs of a solver, settings of a sweep. */
const others: readonly Look[] = [
  look('#0072B2', 1.4, 'circle'),
  look('#E0701A', 1.4, 'square', 6, 2),
  look('#117733', 1.4, 'triangle-up', 2.5, 1.5),
  look('#AA4499', 1.4, 'diamond', 8, 2, 2, 2),
  look('#222255', 1.4, 'triangle-down', 10, 3),
  look('#999933', 1.4, 'cross', 4, 1.5, 1.5, 1.5, 1.5, 1.5),
  look('#882255', 1.4, 'triangle-right', 1.4, 2.4),
  look('#33BBEE', 1.4, 'triangle-left', 5, 1),
];

/** How one series is drawn, and called in the legend. */
export interface Style {
  readonly label: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** As Vega reads it. */
  readonly shape?: string;
}

/** One to be told apart from others in a figure. */
interface Actor {
  readonly label: string;
  /** Of the table; what is not there gets one of the spare looks. */
  readonly role?: string | undefined;
}

/** Of something that is drawn by itself and has a line of its own in the table. */
export function styleOf(role: keyof typeof ROLES, label: string): Style {
  return stylesOf([{ label, role }])[0];
}

/** The role that run.json gives an engine; undefined in records of 0.1.0. */
export const roleOf = ({ label }: { readonly label?: EngineLabel | undefined }): string | undefined => label?.role;

/**
 * The look of each: that of its role. Where a figure has a role more than once, the first has its look and the next ones
 * are darker and lighter of its hue, with a dash and a shape that no other in the figure has.
 */
export function stylesOf(actors: readonly Actor[]): Style[] {
  const spare = others.values();
  const bases = new Map<string, Look>();
  for (const { role, label } of actors) {
    const key = role ?? label;
    if (!bases.has(key)) bases.set(key, ROLES[key] ?? spare.next().value ?? varied(others[0], bases.size));
  }
  const taken = [...bases.values()];
  const nths = new Map<string, number>();
  return actors.map(({ role, label }) => {
    const key = role ?? label;
    const nth = nths.get(key) ?? 0;
    nths.set(key, nth + 1);
    const own = nth === 0 ? bases.get(key)! : apart(varied(bases.get(key)!, nth), taken);
    if (nth > 0) taken.push(own);
    return { label, ...own, shape: outlines[own.shape] };
  });
}

/** The n-th shade of a look: lighter, darker, lighter still …, of what is dark ever lighter; and thinner. None is a look's own. */
function varied(base: Look, n: number): Look {
  const dark = /^#[0-3].[0-3].[0-3].$/.test(base.color);
  const share = 1 - 0.72 ** (dark ? n : Math.ceil(n / 2));
  const width = Math.max(0.75, base.width * 0.9 ** n);
  const shade = (amount: number) => mix(base.color, n % 2 === 1 || dark ? '#ffffff' : '#000000', amount);
  const isOwn = [...Object.values(ROLES), ...others].some(({ color }) => color.toLowerCase() === shade(share));
  return { ...base, color: shade(isOwn ? share * 0.85 : share), width };
}

/** Whether a series may have this colour: that of a look, or one of its shades. */
export function isOfSeries(color: string): boolean {
  known ??= new Set(
    [...Object.values(ROLES), ...others].flatMap((base) =>
      Array.from({ length: SHADES }, (_, n) => (n === 0 ? base : varied(base, n)).color.toLowerCase()),
    ),
  );
  return known.has(color.toLowerCase());
}

let known: ReadonlySet<string> | undefined;
/** As many shades of a look as a figure may need. */
const SHADES = 24;

/** The look with a dash and a shape that none of `taken` has, as long as there are such. */
function apart(own: Look, taken: readonly Look[]): Look {
  const dash = spareDashes.find((one) => !taken.some((other) => String(other.dash) === String(one)));
  const shape = (Object.keys(outlines) as Shape[]).find((one) => !taken.some((other) => other.shape === one));
  return { ...own, dash: dash ?? own.dash, shape: shape ?? own.shape };
}

const spareDashes: readonly (readonly number[])[] = [
  [1.2, 1.2],
  [3, 3],
  [10, 2],
  [5, 1.2, 1.2, 1.2],
  [2, 4],
  [12, 4],
  [8, 3, 3, 3],
  [6, 1],
  [1, 3],
  [4, 4],
  [14, 2, 2, 2],
  [3, 1, 1, 1],
  [9, 1.2, 1.2, 1.2, 1.2, 1.2],
  [7, 5],
  [2, 1],
];

/** From values to what is seen: the same while the picture is drawn and in the page that moves it. Knows nothing else. */

/** Radius of a disc whose area is |value|, `rim` where it is `peak`. */
export const discRadius = (value: number, peak: number, rim: number): number =>
  Math.sqrt(Math.min(1, Math.abs(value) / (peak || 1))) * rim;

/** What is cut out of the disc of a negative value, so that it reads in grey. */
export const holeRadius = (value: number, radius: number): number =>
  value < 0 ? Math.max(radius - 2.2, 0.55 * radius) : 0;

const WIDEST = 3.2;

/** Width of the line that is a connection's Θ, WIDEST where it is `peak`. */
export const lineWidth = (value: number, peak: number): number => WIDEST * Math.min(1, Math.abs(value) / (peak || 1));

export const signOf = (value: number): 'pos' | 'neg' => (value < 0 ? 'neg' : 'pos');

/** Two digits: 0.28, 5.8 × 10⁻¹⁶. */
export function twoDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(1).split('e');
  const power = Number(exponent);
  const text = power > -4 && power < 4 ? Number(value.toPrecision(2)).toString() : `${mantissa} × 10${raised(power)}`;
  return text.replace('-', '−');
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
export const raised = (power: number): string =>
  [...String(power)].map((digit) => (digit === '-' ? '⁻' : RAISED[Number(digit)])).join('');

/** A value between frames: linear. `x` may lie between two of them. */
export function between(at: (frame: number) => number, x: number): number {
  const from = Math.floor(x);
  const to = Math.ceil(x);
  return from === to ? at(from) : at(from) + (at(to) - at(from)) * (x - from);
}

/** `β = 0.1`, `β → 0`: how the name of a pull follows its letter. */
export const pullOf = (name: string): string => (/^[−±\d]/.test(name) ? `= ${name}` : name);

/** Points of a curve as a path. */
export const pathOf = (points: readonly (readonly [number, number])[]): string =>
  `M${points.map(([x, y]) => `${short(x)},${short(y)}`).join('L')}`;

/** A tenth of a pixel is finer than is seen. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** Where things are that move: what the page needs of a drawing. */
export interface Places {
  /** Of a unit. */
  readonly rim: number;
  /** The time axes of phase one and two, in pixels. */
  readonly one: readonly [from: number, to: number];
  readonly two: readonly [from: number, to: number];
  /** Of a lane, by layer: top and height, and the values there. */
  readonly lanes: readonly {
    readonly top: number;
    readonly height: number;
    readonly high: number;
    readonly low: number;
  }[];
}

/** Height of a value in a lane. */
export const laneY = ({ top, height, high, low }: Places['lanes'][number], value: number): number =>
  top + ((high - value) / (high - low || 1)) * height;

/** Numbers as the page gets them: 16 bits each, of the largest of their tensor. */
export interface Packed {
  readonly peak: number;
  readonly base64: string;
}

/** One engine, layer by layer. */
export interface PackedLane {
  readonly states: readonly Packed[];
  /** None where they were not recorded. */
  readonly weights: readonly Packed[];
}

/** The largest |S| and |Θ| of each layer over all engines and frames, and of all states of phase one. */
export interface Peaks {
  readonly states: readonly number[];
  readonly weights: readonly number[];
  readonly free: number;
}

/** All that the page is given; frames of phase one, then of phase two. */
export interface PageData {
  /** Units drawn, of the input and of every layer. */
  readonly sizes: readonly number[];
  readonly reference: PackedLane;
  readonly engines: readonly (PackedLane & {
    readonly id: string;
    readonly name: string;
    /** The largest gap so far, at every frame, to the last digit. */
    readonly gap: readonly number[];
  })[];
  /** What discs and lines are as large as can be at, layer by layer. */
  readonly peaks: Peaks;
  readonly times: readonly number[];
  readonly free: {
    readonly times: readonly number[];
    readonly states: readonly Packed[];
    readonly energy: readonly number[];
  };
  /** The frame where each chapter begins, and where it stops. */
  readonly chapters: readonly (readonly [from: number, to: number])[];
  readonly still: number;
}

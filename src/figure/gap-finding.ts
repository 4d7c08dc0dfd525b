/** What gaps over time say in one sentence. */
import { briefly, spoken, subject } from './labels.js';
import type { Lane } from './lanes.js';
import { comparedWith, type Measure } from './measure.js';
import { shareText } from './say.js';

/** A point of a curve; `scale` is what the measure divides by, for the floor. */
export interface Point {
  readonly time: number;
  readonly value: number;
  readonly scale: number;
}

export interface Curve {
  readonly lane: Lane;
  readonly quantity: string;
  readonly points: readonly Point[];
}

/** Gaps below this are round-off: the two agree. */
const AGREES = 1e-9;
/** As an angle: the arc cosine of what round-off leaves. */
const AGREES_DEGREES = 1e-3;

/** From here on a share is no news: it rounds to all of it. */
const ALL = 0.995;

/** Of a lane, over the panels that the sentence is about: of parameters, where they are drawn. */
interface Told {
  readonly lane: Lane;
  readonly first: number;
  readonly last: number;
  readonly largest: number;
}

/** Who is how far off when phase two ends; who agrees all along; how much less the best of the same β is off. */
export function finding(curves: readonly Curve[], measure: Measure): string {
  const told = toldOf(curves);
  const lanes = told.map(({ lane }) => lane);
  const only = comparedWith(lanes);
  const against = ({ lane }: Told) => (only === 'the reference' ? comparedWith([lane]) : only);
  const named = (how: typeof subject, { lane }: Told) => how(lane, lanes).replace(/ against .*/, '');
  const [worst] = [...told].sort((a, b) => b.last - a.last);
  const best = agreeing(told, measure) ?? bestBeside(worst, told);
  const end = `ends ${measure.say(worst.last)} ${measure.name === 'angle' ? 'from' : 'off'} ${against(worst)}`;
  if (best === undefined || best === worst) return alone(worst, spoken(worst.lane.label), end, measure);
  if (agrees(best, measure)) {
    const all = `${named(subject, best)} agrees with ${against(best)} at every step, to ${measure.say(best.largest)}`;
    return `${all}; ${named(briefly, worst)} ${end}`;
  }
  const less = 1 - best.last / worst.last;
  const compared = less < ALL ? `: ${shareText(less)} less` : '';
  return `${named(subject, worst)} ${end}, ${named(briefly, best)} at ${measure.say(best.last)}${compared}`;
}

const agrees = ({ largest }: Told, { name }: Measure) => largest < (name === 'angle' ? AGREES_DEGREES : AGREES);
const agreeing = (told: readonly Told[], measure: Measure): Told | undefined =>
  told.filter((one) => agrees(one, measure)).sort((a, b) => a.largest - b.largest)[0];

function alone(one: Told, who: string, end: string, measure: Measure): string {
  const { first, last, largest } = one;
  if (agrees(one, measure)) return `${who} agrees with its reference at every step, to ${measure.say(largest)}`;
  if (last < first / 2) return `${who} ${end}, from ${measure.say(first)} at the start of phase two`;
  return `${who} ${end}, ${measure.say(largest)} at most`;
}

/** The best of those with the β of the worst where there are such, since β alone would make a difference; else of all. */
function bestBeside(worst: Told, told: readonly Told[]): Told | undefined {
  const others = told.filter((other) => other.last < worst.last);
  const size = (one: Told) => Math.abs(one.lane.engine.beta ?? Number.NaN);
  const alike = others.filter((other) => size(other) === size(worst));
  return [...(alike.length > 0 ? alike : others)].sort((a, b) => a.last - b.last)[0];
}

function toldOf(curves: readonly Curve[]): Told[] {
  const params = curves.filter(({ quantity }) => quantity.startsWith('params'));
  const about = params.length > 0 ? params : curves;
  const lanes = [...new Set(about.map(({ lane }) => lane))];
  return lanes.map((lane) => {
    const own = about.filter((curve) => curve.lane === lane);
    const most = (pick: (curve: Curve) => number) => Math.max(...own.map(pick));
    return {
      lane,
      first: most(({ points }) => points[0].value),
      last: most(({ points }) => points.at(-1)!.value),
      largest: most(({ points }) => points.reduce((largest, { value }) => Math.max(largest, value), 0)),
    };
  });
}

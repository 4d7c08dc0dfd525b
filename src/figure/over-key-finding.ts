/** What a measure over a swept key says in one sentence. */
import { briefly, formatValue, keyLabel, subject } from './labels.js';
import type { Lane } from './lanes.js';
import { comparedWith, type Measure } from './measure.js';
import { between, capital } from './say.js';
import type { Spread } from './spread.js';

/** All seeds of a lane in one panel, by rising x where those are numbers. */
export interface Curve {
  readonly lane: Lane;
  readonly quantity: string;
  readonly places: readonly (Spread & { readonly x: unknown; readonly values: readonly number[] })[];
}

/** Changes by less than this factor are none. */
const STEADY = 1.5;

/** Who changes most between the ends of the key, from what to what; and where the others stay. */
export function finding(curves: readonly Curve[], key: string, measure: Measure): string {
  const params = curves.filter(({ quantity }) => quantity.startsWith('params'));
  const about = mainOf(params.length > 0 ? params : curves);
  const mover = [...about].sort((a, b) => change(b, measure) - change(a, measure))[0];
  const others = about.filter((curve) => curve !== mover);
  const lanes = about.map(({ lane }) => lane);
  const references = new Set(lanes.map(({ reference }) => reference));
  const to = measure.name === 'angle' ? 'to' : 'against';
  const against = references.size === 1 ? ` ${to} ${comparedWith(lanes)}` : '';
  const isGap = measure.name.startsWith('error') || measure.name === 'angle';
  const what = `${measure.noun} of ${subject(mover.lane, lanes)}${isGap ? against : ''}`;
  return `${capital(what)} ${course(mover, key, measure)}${rest(others, measure, lanes)}`;
}

/** One panel where several say the same of other tensors: that with the largest values. */
function mainOf(curves: readonly Curve[]): readonly Curve[] {
  const peak = (quantity: string) =>
    Math.max(
      ...curves.filter((curve) => curve.quantity === quantity).flatMap(({ places }) => places.map(({ mean }) => mean)),
    );
  const quantities = [...new Set(curves.map(({ quantity }) => quantity))].sort((a, b) => peak(b) - peak(a));
  return curves.filter(({ quantity }) => quantity === quantities[0]);
}

const ends = ({ places }: Curve) => [places[0], places.at(-1)!] as const;

/** A ratio, of what has an axis of its own in a linear measure a difference. */
function change(curve: Curve, measure: Measure): number {
  const [first, last] = ends(curve);
  if (measure.linear) return Math.abs(last.mean - first.mean);
  return Math.abs(Math.log(last.mean / first.mean)) || 0;
}

function course(curve: Curve, key: string, measure: Measure): string {
  const [first, last] = ends(curve);
  const at = ({ x }: { readonly x: unknown }) => `${keyLabel(key)} = ${formatValue(x)}`;
  if (first === last) return `is ${measure.say(first.mean)} at ${at(first)}`;
  const ratio = Math.max(first.mean / last.mean, last.mean / first.mean);
  const turn = curve.places.reduce((most, place) => (place.mean > most.mean ? place : most), first);
  if (turn !== first && turn !== last && turn.mean > STEADY * Math.max(first.mean, last.mean))
    return `is largest, ${measure.say(turn.mean)}, at ${at(turn)}`;
  if (ratio < STEADY && !measure.linear) return `stays at ${between([first.mean, last.mean], measure.say)}`;
  const verb = last.mean > first.mean ? 'grows' : 'falls';
  return `${verb} from ${measure.say(first.mean)} at ${at(first)} to ${measure.say(last.mean)} at ${at(last)}`;
}

/** `that of RBP`, `that against dJ/dθ`: its error, and not the engine, stays where it is. */
const otherThan = (brief: string) => (brief.startsWith('against ') ? `that ${brief}` : `that of ${brief}`);

function rest(others: readonly Curve[], measure: Measure, lanes: readonly Lane[]): string {
  if (others.length === 0) return '';
  const who = others.length === 1 ? otherThan(briefly(others[0].lane, lanes)) : 'the others';
  const last = others.map((curve) => ends(curve)[1].mean);
  const most = Math.max(...others.flatMap(({ places }) => places.map(({ mean }) => mean)));
  if (!measure.linear && most <= STEADY * Math.min(...last))
    return `; ${who} ${others.length === 1 ? 'stays' : 'stay'} at ${measure.say(most)} or below`;
  return `; ${who} ${others.length === 1 ? 'ends' : 'end'} at ${between(last, measure.say)}`;
}

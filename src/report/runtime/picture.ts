/** Moves what the build has drawn: a position is looked up in the frames and written into attributes. No library. */
import {
  between,
  discRadius,
  holeRadius,
  laneY,
  lineWidth,
  type PackedLane,
  type PageData,
  type Places,
  pathOf,
  pullOf,
  signOf,
  twoDigits,
} from '../picture/mapping.js';

/** A value by frame and place. */
type Track = (frame: number, place: number) => number;
interface Lane {
  readonly states: readonly Track[];
  readonly weights: readonly Track[];
}
interface Unit {
  readonly l: number;
  readonly j: number;
  readonly error: Element;
  readonly hole: Element;
  readonly state: Element | null;
}
interface Drawing {
  readonly svg: SVGElement;
  readonly places: Places;
  readonly clips: readonly Element[];
  readonly cursor: Element;
  readonly nets: readonly { readonly units: readonly Unit[]; readonly lines: readonly Element[] }[];
}

const $ = <E extends Element>(selector: string, from: ParentNode = document) => from.querySelector<E>(selector)!;
const $$ = <E extends Element>(selector: string, from: ParentNode = document) => [
  ...from.querySelectorAll<E>(selector),
];

const section = $<HTMLElement>('#picture');
const data: PageData = JSON.parse($<HTMLTemplateElement>('#picture-data').content.textContent!);
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const { sizes, peaks } = data;
const rest = data.free.times.length - 1;
const end = rest + data.times.length - 1;

function track({ peak, base64 }: { peak: number; base64: string }, width: number): Track {
  const text = atob(base64);
  const bytes = new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
  return (frame, place) => (bytes.getInt16(2 * (frame * width + place), true) / 32767) * peak;
}
const laneOf = ({ states, weights }: PackedLane): Lane => ({
  states: states.map((packed, l) => track(packed, sizes[l + 1])),
  weights: weights.map((packed, l) => track(packed, sizes[l] * sizes[l + 1])),
});
const free = data.free.states.map((packed, l) => track(packed, sizes[l + 1]));
const reference = laneOf(data.reference);
const engines = new Map(data.engines.map((engine) => [engine.id, { ...engine, ...laneOf(engine) }]));
/** Of each line of a network in its order: layer and place. */
const connections = sizes
  .slice(1)
  .flatMap((size, l) => Array.from({ length: size * sizes[l] }, (_, k) => [l, k] as const));

const drawings = $$<SVGElement>('svg.pic', section).map((svg): Drawing => {
  return {
    svg,
    places: JSON.parse(svg.dataset['places']!),
    clips: $$('clipPath rect', svg),
    cursor: $('.cursor', svg),
    nets: $$('.net', svg).map((net) => ({
      units: $$<SVGElement>('.unit', net).map((unit) => {
        const [l, j] = unit.dataset['u']!.split(',').map(Number);
        return { l: l - 1, j, error: $('.err', unit), hole: $('.hole', unit), state: unit.querySelector('.state') };
      }),
      lines: $$('.theta path', net),
    })),
  };
});
const [time, clock, gap, play, unit, reading] = ['time', 'clock', 'gap', 'play', 'unit', 'reading'].map((id) =>
  $<HTMLElement>(`#${id}`, section),
) as [HTMLInputElement, HTMLElement, HTMLElement, HTMLButtonElement, HTMLSelectElement, HTMLElement];
const chapters = $$<HTMLButtonElement>('.chapters button', section);

let engine = engines.values().next().value!;
let at = 0;
/** Where playing stops; undefined while nothing moves. */
let until: number | undefined;

/** An attribute, where it is another one. */
function put(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const isTwo = () => at >= rest - 0.5;
/** Frames of phase one and two at this moment. */
const one = () => Math.min(at, rest);
const two = () => Math.max(0, at - rest);

function show(): void {
  section.dataset['phase'] = isTwo() ? 'two' : 'one';
  for (const drawing of drawings) if (drawing.svg.checkVisibility()) move(drawing);
  say();
  const frame = Math.round(at);
  // a slider that is being moved knows where it is
  if (Number(time.value) !== frame) time.value = String(frame);
}

function move({ places, clips, cursor, nets }: Drawing): void {
  const share = isTwo() ? timeOf(data.times, two()) : timeOf(data.free.times, one());
  const [from, to] = isTwo() ? places.two : places.one;
  const x = from + share * (to - from);
  put(clips[0], 'width', String(isTwo() ? to : x - from + 2));
  put(clips[1], 'width', String(isTwo() ? x - from + 2 : 0));
  put(cursor, 'd', cursor.getAttribute('d')!.replace(/^M[^,]+/, `M${x.toFixed(1)}`));
  nets.forEach(({ units, lines }, side) => {
    const lane = side === 0 ? engine : reference;
    for (const unit of units) disc(unit, lane, places.rim);
    lines.forEach((line, i) => {
      const [l, k] = connections[i];
      const value = isTwo() ? between((frame) => lane.weights[l](frame, k), two()) : 0;
      put(line, 'stroke-width', lineWidth(value, peaks.weights[l]).toFixed(2));
      put(line, 'class', `e ${signOf(value)}`);
    });
  });
}

function disc({ l, j, error, hole, state }: Unit, lane: Lane, rim: number): void {
  const value = isTwo() ? between((frame) => lane.states[l](frame, j), two()) : 0;
  const radius = discRadius(value, peaks.states[l], rim);
  put(error, 'r', radius.toFixed(3));
  put(error, 'class', `err ${signOf(value)}`);
  put(hole, 'r', holeRadius(value, radius).toFixed(2));
  if (!state) return;
  const activity = between((frame) => free[l](frame, j), one());
  put(state, 'r', discRadius(activity, peaks.free, rim).toFixed(2));
  put(state, 'class', `state ${signOf(activity)}`);
}

function timeOf(times: readonly number[], frame: number): number {
  return between((k) => times[k], frame) / (times.at(-1) || 1);
}

const text = (value: number) => value.toFixed(2).replace('-', '−');

function say(): void {
  const energy = data.free.energy;
  const words = isTwo()
    ? `phase two, t = ${between((k) => data.times[k], two()).toFixed(1)}`
    : energy.length > 0
      ? `phase one, energy ${text(between((k) => energy[k], one()))}`
      : `phase one, t = ${between((k) => data.free.times[k], one()).toFixed(1)}`;
  put(time, 'aria-valuetext', words);
  clock.textContent = words;
  gap.textContent = isTwo() ? twoDigits(engine.gap[Math.floor(two())]) : '–';
  const now = isTwo() ? Math.max(1, data.chapters.filter(([from]) => at >= from).length - 1) : 0;
  chapters.forEach((chapter, k) => {
    if (k === now) put(chapter, 'aria-current', 'step');
    else chapter.removeAttribute('aria-current');
  });
  follow();
}

/** The dashes and the gap of the engine that is chosen. */
function choose(): void {
  for (const { svg, places } of drawings) {
    const x = (k: number) => places.two[0] + timeOf(data.times, k) * (places.two[1] - places.two[0]);
    for (const dash of $$<SVGElement>('.dash[data-u]', svg)) {
      const [l, j] = dash.dataset['u']!.split(',').map(Number);
      const points = data.times.map((_, k) => [x(k), laneY(places.lanes[l - 1], engine.states[l - 1](k, j))] as const);
      dash.setAttribute('d', pathOf(points));
    }
    for (const curve of $$<SVGElement>('.g', svg)) curve.classList.toggle('on', curve.dataset['g'] === engine.id);
    $('.beta', svg).textContent = pullOf(engine.name);
  }
}

/** A unit in numbers, and where it is in the networks and curves. */
function follow(): void {
  const chosen = unit.value;
  if (chosen === '') {
    reading.textContent = '';
    return;
  }
  const [l, j] = chosen.split(',').map(Number);
  const error = (lane: Lane) => twoDigits(between((frame) => lane.states[l - 1](frame, j), two()));
  reading.textContent = isTwo()
    ? `RBP ${error(reference)}, EP ${error(engine)}`
    : `s = ${text(between((frame) => free[l - 1](frame, j), one()))}`;
}

function pick(chosen: string): void {
  unit.value = chosen;
  for (const element of $$('[data-u]', section))
    element.classList.toggle('picked', element.getAttribute('data-u') === chosen);
  follow();
}

function halt(): void {
  until = undefined;
  play.textContent = at >= end ? 'Again' : 'Play';
  put(play, 'aria-pressed', 'false');
}

function run(from: number, to: number): void {
  at = from;
  const moving = until !== undefined;
  until = to;
  play.textContent = 'Pause';
  put(play, 'aria-pressed', 'true');
  if (!moving) requestAnimationFrame((now) => tick(now, now));
}

/** Frames a second: phase one quickly, the error on its way slowly. */
const pace = () => (at < rest ? rest / 3.5 : (data.times.length - 1) / (at < data.chapters[3][0] ? 12 : 5));

function tick(before: number, now: number): void {
  if (until === undefined) return;
  at = Math.min(until, at + (Math.min(100, now - before) / 1000) * pace());
  if (at >= until) halt();
  show();
  if (until !== undefined) requestAnimationFrame((next) => tick(now, next));
}

function listen(): void {
  time.max = String(end);
  time.addEventListener('input', () => {
    halt();
    at = Number(time.value);
    show();
  });
  play.addEventListener('click', () => {
    if (until === undefined) run(at >= end ? 0 : at, end);
    else {
      halt();
      show();
    }
  });
  const jumps = [rest - 1, rest, data.still, end];
  chapters.forEach((chapter, k) => {
    chapter.disabled = false;
    chapter.addEventListener('click', () => {
      if (still || k === 3) {
        halt();
        at = Math.max(0, jumps[k]);
        show();
      } else run(...data.chapters[k]);
    });
  });
  for (const radio of $$<HTMLInputElement>('input[name=nudge]', section)) {
    radio.addEventListener('change', () => {
      engine = engines.get(radio.value)!;
      choose();
      show();
    });
  }
  for (const [l, size] of sizes.entries())
    for (let j = 0; l > 0 && j < size; j++) unit.append(new Option(`layer ${l}, unit ${j + 1}`, `${l},${j}`));
  unit.addEventListener('change', () => pick(unit.value));
  section.addEventListener('pointerover', ({ target }) => {
    const over = (target as Element).closest('svg [data-u]');
    if (over) pick(over.getAttribute('data-u')!);
  });
  addEventListener('resize', show);
  addEventListener('beforeprint', () => {
    halt();
    at = data.still;
    show();
    for (const { clips } of drawings) for (const clip of clips) clip.setAttribute('width', '2000');
  });
  addEventListener('afterprint', show);
}

section.classList.add('moves');
listen();
if (still) at = data.still;
choose();
show();
if (!still) {
  const whenSeen = new IntersectionObserver(
    ([seen]) => {
      if (!seen.isIntersecting) return;
      whenSeen.disconnect();
      if (at === 0 && until === undefined) run(0, end);
    },
    { threshold: 0.35 },
  );
  whenSeen.observe(section);
}

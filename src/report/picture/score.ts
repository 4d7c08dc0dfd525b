/** The score: phase one, then a lane a layer on one time axis, the output on top, and the gap below them all. */
import { type Html, html } from '../html.js';
import type { Film } from './film.js';
import { type Geometry, ticksOf } from './geometry.js';
import { laneY, pathOf, pullOf, raised, short, twoDigits } from './mapping.js';
import type { Still } from './network.js';
import { peakOf } from './peak.js';
import { overlined, symbolOf } from './symbols.js';

export function score(geometry: Geometry, still: Still): Html {
  const { places, score, mode } = geometry;
  const { film, frame } = still;
  const x = timeOf(film, places.two);
  return html`<g class="score">
<text x="${places.one[0]}" y="${score.top - 22}" class="h">phase one</text><text x="${places.two[0]}" y="${score.top - 22}" class="h">phase two</text>
${key(places.two[0] + (mode === 'wide' ? 104 : 98), score.top - 27)}
${phaseOne(geometry, still)}
${film.layers.slice(1).map((_, l) => lane(geometry, film, l))}
${diagonal(geometry, film)}
${gaps(geometry, film)}
${axis(geometry, film)}
<path class="cursor" d="M${short(x(film.times[frame]))},${score.top - 6}V${score.bottom + 4}"/></g>
`;
}

const timeOf = ({ times }: Film, [from, to]: readonly [number, number]) => {
  const until = times.at(-1) || 1;
  return (time: number) => from + (time / until) * (to - from);
};

function key(x: number, y: number): Html {
  return html`<g class="key"><path class="band" d="M${x},${y}h24"/>${overlined('bar', x + 29, y + 5, 13)}<text x="${x + 41}" y="${y + 5}" class="note">RBP</text><path class="dash" d="M${x + 74},${y}h24"/><text x="${x + 101}" y="${y + 5}" class="note">−</text>${overlined('tilde', x + 112, y + 5, 13)}<text x="${x + 125}" y="${y + 5}" class="note">EP</text></g>`;
}

function phaseOne({ places: { one }, score: { energy, units }, mode }: Geometry, { film, peaks }: Still): Html {
  const [from, to] = one;
  const { times, states } = film.free;
  const until = times.at(-1) || 1;
  const x = (k: number) => from + (times[k] / until) * (to - from);
  const curve = (values: readonly number[], y: (value: number) => number) =>
    pathOf(values.map((value, k) => [x(k), y(value)]));
  const hasEnergy = film.free.energy.length > 0;
  const panel = hasEnergy ? units : { top: energy.top, bottom: units.bottom };
  const middle = (panel.top + panel.bottom) / 2;
  const unitY = (value: number) => middle - (value / peaks.free) * ((panel.bottom - panel.top) / 2);
  const lines = film.layers.slice(1).map(({ drawn }, l) =>
    drawn.map((_, j) => {
      const d = curve(
        states[l].map((frame) => frame[j]),
        unitY,
      );
      return html`<path class="sline" data-u="${l + 1},${j}" d="${d}"/>`;
    }),
  );
  const end = short(to - 2);
  return html`${hasEnergy && energyPanel(one, energy, film, curve)}<path class="axis" d="M${from},${short(panel.top - 6)}V${short(panel.bottom + 5)}H${short(to)}"/>
<g clip-path="url(#${mode}-one)">${lines}</g><text x="${end}" y="${short(panel.top + 4)}" text-anchor="end" class="note halo">units s</text>
<text x="${short((from + to) / 2)}" y="${short(units.bottom + 21)}" class="note" text-anchor="middle">${mode === 'wide' ? `${Number(until.toPrecision(3))} units of time` : `time ${Number(until.toPrecision(3))}`}</text>`;

  function energyPanel(
    [left, right]: readonly [number, number],
    { top, bottom }: { top: number; bottom: number },
    { free }: Film,
    draw: typeof curve,
  ): Html {
    const [high, low] = [Math.max(...free.energy), Math.min(...free.energy)];
    const d = draw(free.energy, (value) => top + ((high - value) / (high - low || 1)) * (bottom - top));
    return html`<path class="axis" d="M${left},${short(top - 6)}V${short(bottom + 5)}H${short(right)}"/>
<path class="energy" clip-path="url(#${mode}-one)" d="${d}"/>
<text x="${end}" y="${short(top + 6)}" text-anchor="end" class="note halo">energy E</text><text x="${end}" y="${short(bottom - 7)}" text-anchor="end" class="note halo">at rest: s⁰</text>`;
  }
}

function lane({ places, mode }: Geometry, film: Film, l: number): Html {
  const place = places.lanes[l];
  const [from, to] = places.two;
  const x = timeOf(film, places.two);
  const curves = (values: Film['reference']) =>
    film.layers[l + 1].drawn.map((_, j) =>
      pathOf(values.states[l].map((frame, k) => [x(film.times[k]), laneY(place, frame[j])])),
    );
  const [bands, dashes] = [curves(film.reference), curves(film.engines[0])];
  const unit = (j: number) => `${l + 1},${j}`;
  return html`<g class="lane" data-l="${l + 1}"><path class="zero" d="M${from},${short(laneY(place, 0))}H${to}"/><path class="axis" d="M${from},${short(place.top)}v${short(place.height)}"/>
<path class="ghost" d="${bands.join('')}"/>
<g clip-path="url(#${mode}-two)">${bands.map((d, j) => html`<path class="band" data-u="${unit(j)}" d="${d}"/>`)}${dashes.map((d, j) => html`<path class="dash" data-u="${unit(j)}" d="${d}"/>`)}</g>
${laneWords(place, to, film, l)}</g>
`;
}

function laneWords(place: Geometry['places']['lanes'][number], right: number, film: Film, l: number): Html {
  const { time, most } = peakOf(film, l);
  const isLast = l === film.layers.length - 2;
  const what = time === 0 ? 'moves at once' : `moves most at t = ${Number(time.toPrecision(2))}`;
  // in the half that the curves leave free at the end of the time
  const y = place.high > -place.low ? place.top + 9 : place.top + place.height - 16;
  return html`<text x="${right}" y="${short(y)}" class="note strong" text-anchor="end">${isLast ? 'output ' : ''}${symbolOf('s', l + 1)} ${what}</text><text x="${right}" y="${short(y + 14)}" class="note halo" text-anchor="end">by ${twoDigits(most)} at most</text>`;
}

/** From the peak of each lane to that of the next: the error on its way. */
function diagonal({ places }: Geometry, film: Film): Html {
  const x = timeOf(film, places.two);
  const points = places.lanes
    .flatMap(({ top, height }, l): [number, number][] => {
      const at = x(peakOf(film, l).time);
      return [
        [at, top + height - 2],
        [at, top + 2],
      ];
    })
    .reverse();
  const [end, y] = points.at(-1)!;
  return html`<path class="peak" d="${pathOf(points)}"/><path class="peak head" d="M${short(end - 4)},${short(y - 7)}L${short(end)},${short(y)}L${short(end + 4)},${short(y - 7)}"/>`;
}

function gaps({ places, score, mode }: Geometry, film: Film): Html {
  const { top, height } = score.gap;
  const [from, to] = places.two;
  const x = timeOf(film, places.two);
  const ends = film.engines.map(({ gap }) => gap.at(-1)!);
  const high = Math.max(0, Math.ceil(Math.log10(Math.max(...ends) || 1)));
  const low = Math.min(high - 2, Math.max(-18, Math.floor(Math.log10(Math.min(...ends.filter((end) => end > 0), 1)))));
  const y = (value: number) =>
    top + ((high - Math.min(high, Math.max(low, Math.log10(value || 1e-300)))) / (high - low)) * height;
  const ticks = [high, Math.round((high + low) / 2), low];
  const curves = film.engines.map(({ id, gap }, i) => {
    const d = pathOf(gap.map((value, k) => [x(film.times[k]), y(value)]));
    return html`<path class="g ${i === 0 ? 'on' : ''}" data-g="${id}" clip-path="url(#${mode}-two)" d="${d}"/>`;
  });
  const labels = ticks.map(
    (power) =>
      html`<text x="${from - 4}" y="${short(y(10 ** power) + 4)}" class="note" text-anchor="end">${power === 0 ? '1' : `10${raised(power)}`}</text>`,
  );
  const words = mode === 'wide' ? 'largest gap between EP and RBP so far, β' : 'largest gap so far, β';
  return html`<g class="gap"><path class="axis" d="M${from},${short(top)}v${height}H${to}"/>${labels}${curves}<text x="${to}" y="${short(top + height / 2 + 4)}" class="note strong" text-anchor="end">${words} <tspan class="beta">${pullOf(film.engines[0].name)}</tspan></text></g>`;
}

function axis({ places, score }: Geometry, film: Film): Html {
  const x = timeOf(film, places.two);
  const until = film.times.at(-1) || 1;
  const marks = ticksOf(until).map(
    (time) =>
      html`<text x="${short(x(time))}" y="${short(score.bottom + 16)}" class="note" text-anchor="${time === until ? 'end' : 'middle'}">${time}</text>`,
  );
  return html`${marks}<text x="${short((places.two[0] + places.two[1]) / 2)}" y="${short(score.bottom + 32)}" class="note" text-anchor="middle">time t in phase two</text>`;
}

/** What the picture says in words, with the numbers that were computed. */
import { type Html, html } from '../html.js';
import type { Film, Lane } from './film.js';
import { pullOf, twoDigits } from './mapping.js';
import { peakOf, stillOf } from './peak.js';
import { symbolOf } from './symbols.js';

const worst = ({ gap }: Lane): number => gap.at(-1)!;
const shape = ({ layers }: Film): string => layers.map(({ size }) => size).join('-');
const plain = (value: number): string => String(Number(value.toPrecision(2)));

/** The engine that follows RBP best. */
const best = ({ engines }: Film): Lane => engines.reduce((a, b) => (worst(b) < worst(a) ? b : a));

/** In a sentence. */
export const findingOf = (film: Film): string => `EP equals RBP at every moment, to ${twoDigits(worst(best(film)))}`;

/** For who sees nothing. */
export function sayingOf(film: Film): string {
  const last = film.layers.length - 2;
  const way = film.layers
    .slice(1)
    .map((_, l) => `${symbolOf('s', l + 1)} at t = ${plain(peakOf(film, l).time)}`)
    .reverse();
  return `Left: a network of ${shape(film)} units twice, above as equilibrium propagation, its outputs pulled to their targets by springs, below as the side network of recurrent backpropagation; discs are the error derivatives of the units and the same in both. Right: the error derivatives over time, layer by layer, the output ${symbolOf('s', last + 1)} first: it moves at once, by ${twoDigits(peakOf(film, last).most)} at most, the layers before it later: ${way.join(', ')}. The curves of both methods lie on each other: for β ${pullOf(best(film).name)} the largest gap is ${twoDigits(worst(best(film)))}.`;
}

/** A letter with a bar or a tilde, and the time below it. */
const over = (letter: string, mark: 'bar' | 'tilde'): Html =>
  html`<span class="m ${mark}"><i>${letter}</i><sub>t</sub></span>`;
const Sbar = over('S', 'bar');
const Stilde = over('S', 'tilde');

export function lead(film: Film): Html {
  return html`<p class="lead"><strong>Recurrent backpropagation</strong> (RBP) computes error derivatives ${Sbar} in a second, linear network. <strong>Equilibrium propagation</strong> (EP) pulls at the outputs and reads them off the network itself, as the speeds ${Stilde} of its units. At every moment they are the same, here in ${shape(film)} units.</p>`;
}

export function chapters(film: Film): Html {
  const { free, layers } = film;
  const last = layers.length - 2;
  const { steps } = film.run.record.free;
  const energy = free.energy.length > 0 && ` E = ${plain(free.energy.at(-1)!).replace('-', '−')}`;
  const moved = layers
    .slice(1, -1)
    .map((_, l) => `${symbolOf('s', l + 1)} at ${plain(peakOf(film, l).time)}`)
    .reverse();
  const gaps = film.engines.filter((lane) => lane !== best(film)).map((lane) => worst(lane));
  const off = gaps.length > 0 ? html`, a strong pull is off by up to ${twoDigits(Math.max(...gaps))}` : undefined;
  const list: [string, Html][] = [
    [
      'Phase one: come to rest',
      html`Every unit slides down the energy until nothing moves:${energy || ' at rest'} after ${steps} steps. The outputs are the prediction.`,
    ],
    [
      'Phase two: a gentle pull',
      html`Springs of strength <i>β</i> pull the outputs to their targets. At first only they move, by up to ${twoDigits(peakOf(film, last).most)}: the error.`,
    ],
    [
      'The error travels back',
      html`Each layer drags the one before it. Its speed ${Stilde} is largest later: ${moved.join(', ')}.`,
    ],
    [
      'Two methods, one signal',
      html`RBP’s network has ${Sbar} = −${Stilde} at every moment: to ${twoDigits(worst(best(film)))} for <i>β</i> ${pullOf(best(film).name)}${off}. Lines grow to the gradient.`,
    ],
  ];
  return html`<ol class="chapters">${list.map(([heading, text], k) => html`<li><button type="button" disabled><b>${k + 1}</b> ${heading}</button><p>${text}</p></li>`)}</ol>`;
}

export function caption(film: Film): Html {
  const others = film.layers.flatMap(({ size, drawn, rest }, l) =>
    size > drawn.length
      ? [
          `${l === 0 ? 'the input' : symbolOf('s', l)}: ${drawn.length} of ${size} units${l === 0 ? '' : `, the others at most ${twoDigits(rest)}`}`,
        ]
      : [],
  );
  const thinned =
    others.length > 0 && html` Of large layers the units that move most are drawn (${others.join('; ')}).`;
  const batch =
    film.examples > 1 &&
    html` Units are those of the first of ${film.examples} examples; lines are means over all of them, and so is no gap left out.`;
  return html`<p class="caption">Discs show ${Sbar} and −${Stilde}: filled positive, open negative, area in proportion, each layer to its own largest; grey discs are the activities <i>s</i>. Lines between units: ${over('Θ', 'bar')}, which grows to the gradient d<i>J</i>/d<i>θ</i>; dashed is negative. The gap is the largest difference of any unit or parameter so far.${thinned}${batch} <span class="nojs">Shown: the moment <i>t</i> = ${plain(film.times[stillOf(film)])} of phase two. With JavaScript it moves.</span></p>`;
}

/** The same in numbers, for who reads tables. */
export function numbers(film: Film): Html {
  const layers = film.layers.slice(1).map((_, l) => {
    const { time, most } = peakOf(film, l);
    return html`<tr><th scope="row">${symbolOf('s', l + 1)}</th><td>${twoDigits(most)}</td><td>${plain(time)}</td></tr>`;
  });
  const engines = film.engines.map(
    (lane) => html`<tr><th scope="row">${lane.label}</th><td>${lane.name}</td><td>${twoDigits(worst(lane))}</td></tr>`,
  );
  return html`<details class="numbers"><summary>The same in numbers</summary><div>
<table><caption>When each layer’s error is largest</caption><thead><tr><th scope="col">layer</th><th scope="col">largest |S̄|</th><th scope="col">at t</th></tr></thead><tbody>${layers}</tbody></table>
<table><caption>How far EP is from RBP</caption><thead><tr><th scope="col">engine</th><th scope="col">β</th><th scope="col">largest gap</th></tr></thead><tbody>${engines}</tbody></table></div></details>`;
}

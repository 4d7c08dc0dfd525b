/** The two networks: EP's own, with springs to its targets, and RBP's side network, with the error that enters it. */
import { type Html, html } from '../html.js';
import type { Film } from './film.js';
import type { Geometry, Net } from './geometry.js';
import { discRadius, holeRadius, lineWidth, type Peaks, pathOf, short, signOf } from './mapping.js';
import { overlined, symbolOf } from './symbols.js';

/** What of the film is seen, and how large it can become. */
export interface Still {
  readonly film: Film;
  /** Of phase two. */
  readonly frame: number;
  readonly peaks: Peaks;
}

export function networks(geometry: Geometry, still: Still): Html {
  return html`${geometry.nets.map((net, side) => network(geometry, net, side === 0, still))}`;
}

function network({ mode }: Geometry, net: Net, isEp: boolean, still: Still): Html {
  const [name, note] = isEp
    ? ['Equilibrium propagation', 'the network itself, its outputs pulled']
    : ['Recurrent backpropagation', 'a second, linear network beside the first'];
  return html`<g class="net ${isEp ? 'ep' : 'rbp'}">
<text x="${short(net.left)}" y="${net.top}" class="h">${name}</text><text x="${short(net.left)}" y="${net.top + 17}" class="note">${note}</text>
${layerNames(net, isEp, mode === 'wide', still.film)}
${connections(net, isEp, still)}
${units(net, isEp, still)}
${arms(net, isEp, mode === 'wide', still.film)}</g>
`;
}

function layerNames(net: Net, isEp: boolean, wide: boolean, { layers }: Film): Html {
  const last = layers.length - 1;
  const names = layers.map((_, l) => {
    const x = net.column(l);
    if (!isEp) return l > 0 && overlined('bar', x, net.foot, 13, 'middle', String(l));
    const word = wide ? (l === 0 ? 'input ' : l === last ? 'output ' : '') : '';
    return html`<text x="${short(x)}" y="${short(net.foot)}" text-anchor="middle" class="lab">${word}${l === 0 ? 'x' : symbolOf('s', l)}</text>`;
  });
  const others = layers.map(({ size, drawn }, l) =>
    size > drawn.length && isEp
      ? html`<text x="${short(net.column(l))}" y="${short(net.foot + 14)}" text-anchor="middle" class="note">+ ${size - drawn.length}</text>`
      : undefined,
  );
  return html`${names}${others}`;
}

function connections(net: Net, isEp: boolean, { film, frame, peaks }: Still): Html {
  const lane = isEp ? film.engines[0] : film.reference;
  const faint: string[] = [];
  const strong: Html[] = [];
  film.layers.slice(1).forEach(({ drawn }, l) => {
    film.layers[l].drawn.forEach((_, i) => {
      drawn.forEach((_, j) => {
        const path = pathOf([
          [net.column(l), net.unit(l, i)],
          [net.column(l + 1), net.unit(l + 1, j)],
        ]);
        faint.push(path);
        if (lane.weights.length === 0) return;
        const value = lane.weights[l][frame][i * drawn.length + j];
        strong.push(
          html`<path d="${path}" class="e ${signOf(value)}" stroke-width="${lineWidth(value, peaks.weights[l]).toFixed(2)}"/>`,
        );
      });
    });
  });
  return html`<path class="faint" d="${faint.join('')}"/><g class="theta">${strong}</g>`;
}

function units(net: Net, isEp: boolean, { film, frame, peaks }: Still): Html {
  const lane = isEp ? film.engines[0] : film.reference;
  const half = 0.7 * net.rim;
  const inputs = film.layers[0].drawn.map(
    (_, i) =>
      html`<rect x="${short(net.column(0) - half)}" y="${short(net.unit(0, i) - half)}" width="${short(2 * half)}" height="${short(2 * half)}" class="in"/>`,
  );
  const discs = film.layers.slice(1).map(({ drawn }, l) =>
    drawn.map((_, j) => {
      const at = html`cx="${short(net.column(l + 1))}" cy="${short(net.unit(l + 1, j))}"`;
      const value = lane.states[l][frame][j];
      const state = film.free.states[l].at(-1)![j];
      const radius = discRadius(value, peaks.states[l], net.rim);
      const activity = isEp
        ? html`<circle ${at} r="${discRadius(state, peaks.free, net.rim).toFixed(2)}" class="state ${signOf(state)}"/>`
        : undefined;
      return html`<g class="unit" data-u="${l + 1},${j}"><circle ${at} r="${short(net.rim)}" class="rim"/>${activity}<circle ${at} r="${radius.toFixed(3)}" class="err ${signOf(value)}"/><circle ${at} r="${holeRadius(value, radius).toFixed(2)}" class="hole"/></g>`;
    }),
  );
  return html`${inputs}${discs}`;
}

function arms(net: Net, isEp: boolean, wide: boolean, { layers }: Film): Html {
  const last = layers.length - 1;
  const x = net.column(last) + net.rim + 1;
  const end = x + net.arm;
  const each = layers[last].drawn.map((_, j) => {
    const y = net.unit(last, j);
    return isEp
      ? html`<path class="spring" d="${spring(x, y, net.arm)}"/><path class="pin" d="M${short(end)},${short(y - 6)}v12"/>`
      : html`<path class="enter" d="M${short(end)},${short(y)}H${short(x + 4)}m5,-4l-5,4l5,4"/>`;
  });
  const [place, anchor] = wide ? [x + net.arm / 2 + 2, 'middle'] : [end, 'end'];
  const y = net.unit(last, 0) - net.rim - 10;
  const word = isEp ? (wide ? 'target y' : 'y') : '∂C/∂s';
  return html`${each}<text x="${short(place)}" y="${short(y)}" class="note ${isEp ? 'pull' : 'into'}" text-anchor="${anchor}">${word}</text>`;
}

function spring(x: number, y: number, length: number): string {
  const zigzag = Array.from({ length: 9 }, (_, k): [number, number] => {
    const off = k === 0 || k === 8 ? 0 : k % 2 === 0 ? 4 : -4;
    return [x + length * (0.16 + (0.68 * k) / 8), y + off];
  });
  return pathOf([[x, y], ...zigzag, [x + length, y]]);
}

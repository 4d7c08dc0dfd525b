/** Symbols of the paper. Bars and tildes are drawn: combining marks sit wrong in most fonts. */
import { type Html, html } from '../html.js';
import { short } from './mapping.js';

const LOW = '₀₁₂₃₄₅₆₇₈₉';

/** s₃ */
export const symbolOf = (letter: string, layer: number): string =>
  letter + [...String(layer)].map((digit) => LOW[Number(digit)]).join('');

/** S̄ or S̃ with a subscript, its mark a path. */
export function overlined(
  mark: 'bar' | 'tilde',
  x: number,
  y: number,
  size: number,
  anchor: 'start' | 'middle' = 'start',
  below = '',
): Html {
  const start = anchor === 'start' ? x : x - 0.27 * size;
  const middle = start + 0.36 * size;
  const top = y - 0.84 * size;
  const half = 0.21 * size;
  const path =
    mark === 'bar'
      ? `M${short(middle - half)},${short(top)}h${short(2 * half)}`
      : `M${short(middle - half)},${short(top + 0.04 * size)}q${short(half / 2)},${short(-0.18 * size)} ${short(half)},0t${short(half)},0`;
  const sub =
    below &&
    html`<tspan font-size="${short(0.78 * size)}" dy="${short(0.2 * size)}" font-style="normal">${below}</tspan>`;
  return html`<g class="sym"><text x="${short(start)}" y="${short(y)}" font-size="${size}" font-style="italic">S${sub}</text><path d="${path}"/></g>`;
}

/** A figure tells the values of its marks: to who points at one, and to who walks through them by keyboard. */
import { element } from './element.js';
import { light } from './pairs.js';
import { type Spot, spotsOf } from './values.js';

/** Pixels within which a mark is meant. */
const NEAR = 28;

const tip = element('div', { class: 'tip', hidden: '', 'aria-hidden': 'true' });

export function figure(plot: HTMLElement): void {
  const svg = plot.querySelector<SVGSVGElement>(':scope > svg');
  if (svg?.querySelector('[data-mark]') == null) return;
  let found: Spot[] | undefined;
  const spots = () => {
    found ??= spotsOf(svg);
    return found;
  };
  const said = walk(plot, svg, spots);
  const leave = () => {
    tip.hidden = true;
    light();
  };
  plot.addEventListener('pointermove', ({ clientX, clientY }) => {
    const spot = nearest(svg, spots(), clientX, clientY);
    if (spot === undefined) return leave();
    show(svg, spot);
    said.textContent = spot.says().replaceAll('\n', '; ');
  });
  plot.addEventListener('pointerleave', leave);
  plot.addEventListener('scroll', leave);
}

function nearest(svg: SVGSVGElement, spots: readonly Spot[], clientX: number, clientY: number): Spot | undefined {
  const screen = svg.getScreenCTM();
  if (!screen) return undefined;
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(screen.inverse());
  let best: Spot | undefined;
  let least = NEAR / screen.a;
  for (const spot of spots) {
    const distance = Math.hypot(spot.x - x, spot.y - y);
    // of marks that lie on each other, the upper
    if (distance <= least) [best, least] = [spot, distance];
  }
  return best;
}

/** The tip beside the mark, and all that belongs to the mark lit. */
function show(svg: SVGSVGElement, spot: Spot): void {
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = spot.says();
  tip.hidden = false;
  const { x, y } = new DOMPoint(spot.x, spot.y).matrixTransform(svg.getScreenCTM()!);
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
  tip.style.top = `${y - height - 12 > 0 ? y - height - 12 : y + 16}px`;
  light(spot.mark);
}

/** A slider from mark to mark. @returns where values are told */
function walk(plot: HTMLElement, svg: SVGSVGElement, spots: () => readonly Spot[]): HTMLOutputElement {
  const slider = element('input', { type: 'range', min: '0', max: '0', value: '0', step: '1' });
  const output = element('output', {}, 'point at the figure, or move along it');
  const line = element('p', { class: 'walk' }, element('label', {}, 'Values ', slider), output);
  plot.after(line);
  slider.addEventListener('focus', () => {
    slider.max = String(Math.max(0, spots().length - 1));
  });
  slider.addEventListener('input', () => {
    slider.max = String(Math.max(0, spots().length - 1));
    const spot = spots()[Number(slider.value)];
    if (spot === undefined) return;
    const text = spot.says().replaceAll('\n', '; ');
    output.textContent = text;
    slider.setAttribute('aria-valuetext', text);
    show(svg, spot);
  });
  slider.addEventListener('blur', () => {
    tip.hidden = true;
    light();
  });
  return output;
}

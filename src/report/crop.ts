/** A figure without what a page need not show of it: the title, which it says itself; for a card, all panels but the first. */
import { type Panel, panelOf } from './marks.js';
import type { Element } from './svg.js';

/** Takes the title away, and the room that it had at the top. */
export function withoutTitle(root: Element): void {
  const [x, y, width, height] = (root.attributes.get('viewBox') ?? '').split(/[\s,]+/).map(Number);
  const found = titleIn(root, 0);
  if (found === undefined || !(height > 0)) return;
  found.parent.children.splice(found.parent.children.indexOf(found.title), 1);
  const end = Math.max(y, bottomOf(found.title, found.at));
  // one that stands below, or leaves nothing, is no title at the top
  if (end < y + height / 2) root.attributes.set('viewBox', [x, end, width, height - (end - y)].map(rounded).join(' '));
}

interface Found {
  readonly title: Element;
  readonly parent: Element;
  /** What is above it, down to the parent. */
  readonly at: number;
}

/** That of the whole figure, not of a panel. */
function titleIn(parent: Element, above: number): Found | undefined {
  const at = above + shiftOf(parent);
  for (const child of parent.children) {
    if (typeof child === 'string') continue;
    const kind = child.attributes.get('class') ?? '';
    if (/\brole-title\b/.test(kind)) return { title: child, parent, at };
    const inside = /\brole-(scope|axis|legend|mark)\b/.test(kind) ? undefined : titleIn(child, at);
    if (inside) return inside;
  }
  return undefined;
}

/** Of the last line of text, and what hangs below it. */
function bottomOf(element: Element, above: number): number {
  const at = above + shiftOf(element);
  const inner = element.children.filter((child) => typeof child === 'object');
  if (element.name !== 'text') return Math.max(Number.NEGATIVE_INFINITY, ...inner.map((child) => bottomOf(child, at)));
  const size = Number.parseFloat(element.attributes.get('font-size') ?? '11');
  const lines = inner.reduce((sum, { attributes }) => sum + (Number(attributes.get('dy')) || 0), 0);
  return at + lines + size * 0.5;
}

interface Place {
  readonly element: Element;
  readonly parent: Element;
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
}

/** Leaves the first panel alone, on the horizontal axis that the lowest below it has for all; and the room that it needs. */
export function firstPanelOnly(root: Element): void {
  const [first, ...others] = [...panelsIn(root, 0, 0)];
  const [x, y, width, height] = (root.attributes.get('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (first === undefined || others.length === 0 || !(height > 0)) return;
  const below = others.filter((one) => one.x === first.x && one.panel.width === first.panel.width);
  const lowest = below.reduce((low, one) => (one.y > low.y ? one : low), first);
  const [own, shared] = [axisIn(first.element), axisIn(lowest.element)];
  if (own && shared && sameScale(first.panel, lowest.panel)) {
    own.group.children[own.at] = shared.group.children[shared.at];
    move(own.group.children[own.at] as Element, first.panel.height - lowest.panel.height);
  }
  for (const { parent, element } of others) parent.children.splice(parent.children.indexOf(element), 1);
  const under = y + height - Math.max(...[first, ...others].map((one) => one.y + one.panel.height));
  const right = Math.max(...others.filter((one) => one.y === first.y).map((one) => one.x), Number.NEGATIVE_INFINITY);
  const end = right > first.x ? right - (first.x - x) : x + width;
  const bottom = first.y + first.panel.height + under;
  root.attributes.set('viewBox', [x, y, end - x, bottom - y].map(rounded).join(' '));
}

function* panelsIn(parent: Element, x: number, y: number): Generator<Place> {
  for (const child of parent.children) {
    if (typeof child === 'string') continue;
    const [dx, dy] = translationOf(child);
    const panel = panelOf(child);
    if (panel) yield { element: child, parent, panel, x: x + dx, y: y + dy };
    else yield* panelsIn(child, x + dx, y + dy);
  }
}

const sameScale = ({ x: a }: Panel, { x: b }: Panel): boolean =>
  a !== undefined && b !== undefined && a.scale === b.scale && a.from === b.from && a.to === b.to;

/** Where the horizontal axis of a panel stands. */
function axisIn(panel: Element): { group: Element; at: number } | undefined {
  for (const group of panel.children) {
    if (typeof group === 'string') continue;
    const at = group.children.findIndex(
      (child) => typeof child === 'object' && (child.attributes.get('aria-label') ?? '').startsWith('X-axis'),
    );
    if (at >= 0) return { group, at };
  }
  return undefined;
}

function move(element: Element, down: number): void {
  if (down === 0) return;
  const [dx, dy] = translationOf(element);
  element.attributes.set('transform', `translate(${dx},${dy + down})`);
}

function translationOf({ attributes }: Element): [number, number] {
  const found = /^translate\((-?[\d.]+),\s*(-?[\d.]+)\)/.exec(attributes.get('transform') ?? '');
  return found ? [Number(found[1]), Number(found[2])] : [0, 0];
}

const shiftOf = (element: Element): number => translationOf(element)[1];

const rounded = (value: number) => Math.round(value * 10) / 10;

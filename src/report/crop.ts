/** A figure without the title that stands in it: the page says it, and more, beside the figure. */
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

const shiftOf = ({ attributes }: Element): number =>
  Number(/^translate\(-?[\d.]+,\s*(-?[\d.]+)\)/.exec(attributes.get('transform') ?? '')?.[1] ?? 0);

const rounded = (value: number) => Math.round(value * 10) / 10;

/** The SVG of a figure as a tree, to be written again into a page. */
import { escaped } from './html.js';

export interface Element {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: (Element | string)[];
}

/** Deeper, nothing that the program has drawn goes. */
const DEEPEST = 100;

/** Undefined where it is no well-formed element of tags, quoted attributes and text. */
export function parseSvg(svg: string): Element | undefined {
  const top: Element = { name: '', attributes: new Map(), children: [] };
  const open: Element[] = [top];
  for (let at = 0; at < svg.length; ) {
    const inside = open[open.length - 1];
    if (svg[at] !== '<') {
      const end = svg.indexOf('<', at);
      const text = svg.slice(at, end < 0 ? svg.length : end);
      inside.children.push(plain(text));
      at += text.length;
      continue;
    }
    const tag = tagAt(svg, at);
    if (tag === undefined) return undefined;
    at = tag.end;
    if (tag.closes) {
      if (open.length < 2 || open.pop()!.name !== tag.name) return undefined;
      continue;
    }
    const element: Element = { name: tag.name, attributes: tag.attributes, children: [] };
    inside.children.push(element);
    if (!tag.isEmpty) open.push(element);
    if (open.length > DEEPEST) return undefined;
  }
  const [root, ...more] = top.children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  return open.length === 1 && more.length === 0 && typeof root === 'object' && root.name === 'svg' ? root : undefined;
}

interface Tag {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly closes: boolean;
  readonly isEmpty: boolean;
  readonly end: number;
}

/** Reads from quote to quote: a regular expression over a long value runs out of stack. */
function tagAt(svg: string, start: number): Tag | undefined {
  const head = at(/<(\/?)([A-Za-z]+)/y, svg, start);
  if (!head) return undefined;
  const attributes = new Map<string, string>();
  let end = start + head[0].length;
  for (;;) {
    const next = at(/\s+([\w:-]+)="/y, svg, end);
    if (!next) break;
    const from = end + next[0].length;
    const to = svg.indexOf('"', from);
    if (to < 0) return undefined;
    attributes.set(next[1], plain(svg.slice(from, to)));
    end = to + 1;
  }
  const tail = at(/\s*(\/?)>/y, svg, end);
  if (!tail) return undefined;
  return { name: head[2], attributes, closes: head[1] !== '', isEmpty: tail[1] !== '', end: end + tail[0].length };
}

function at(pattern: RegExp, text: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place;
  return pattern.exec(text);
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text without its entities; those that XML does not have stay. */
function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

export function writeSvg({ name, attributes, children }: Element): string {
  const list = [...attributes].map(([key, value]) => ` ${key}="${escaped(value)}"`).join('');
  if (children.length === 0) return `<${name}${list}/>`;
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : writeSvg(child))).join('');
  return `<${name}${list}>${inner}</${name}>`;
}

/** Every element, the outer before the inner. */
export function* elementsOf(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) if (typeof child === 'object') yield* elementsOf(child);
}

/**
 * What the SVG of a figure may hold: shapes, text and pictures that stand in it. Nothing runs, leads away or is fetched,
 * whoever wrote the figure; what the rule does not know is refused.
 */
import { UserError } from '../errors.js';

/** What an attribute's value must not have in it. */
type Rule = (value: string) => boolean;

const without =
  (sign: RegExp): Rule =>
  (value) =>
    !sign.test(value);

/** Numbers, words, transforms, paths. */
const measure = without(/[^\w\s.,%()+-]|url/i);
/** Drawn or read out, never looked up. */
const text: Rule = () => true;
const font = without(/\\|url\s*\(/i);
/** A colour, or something that this SVG defines. Backslashes would spell url in CSS. */
const paint: Rule = (value) =>
  /^(#?\w*|url\(#[\w-]+\)|(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\([\w\s.,%/+-]*\))$/i.test(value);
const style: Rule = (value) => /^(image-rendering: [a-zA-Z]+; ?)*(mix-blend-mode: [a-z-]+;)?$/.test(value);
const exactly =
  (only: string): Rule =>
  (value) =>
    value === only;

const PICTURE = /^data:image\/(png|jpe?g|gif|webp);base64,/;

/** Whether an address is no address: a picture written out. */
export function isPicture(uri: string): boolean {
  const head = PICTURE.exec(uri)?.[0];
  return head !== undefined && !/[^A-Za-z0-9+/=]/.test(uri.slice(head.length));
}

const ELEMENTS: ReadonlySet<string> = new Set(
  'svg title desc g path rect line text tspan image defs clipPath linearGradient radialGradient pattern stop'.split(
    ' ',
  ),
);

const ATTRIBUTES: ReadonlyMap<string, Rule> = new Map([
  ...named('x y x1 x2 y1 y2 dx dy cx cy r fx fy fr width height d transform viewBox preserveAspectRatio', measure),
  ...named('opacity fill-opacity stroke-opacity stroke-width stroke-linecap stroke-linejoin stroke-dasharray', measure),
  ...named('stroke-dashoffset stroke-miterlimit text-anchor pointer-events display offset id version', measure),
  ...named('fill stroke clip-path stop-color', paint),
  ...named('font-family font-size font-style font-variant font-weight', font),
  ...named('class role aria-label aria-hidden aria-roledescription', text),
  ...named('style', style),
  ...named('xlink:href', (value) => value === '' || isPicture(value)),
  ...named('xmlns', exactly('http://www.w3.org/2000/svg')),
  ...named('xmlns:xlink', exactly('http://www.w3.org/1999/xlink')),
]);

function named(attributes: string, rule: Rule): [string, Rule][] {
  return attributes.split(' ').map((name) => [name, rule]);
}

/** Beyond, a picture takes gigabytes. */
const MOST_PIXELS = 16e6;
const LONGEST_SIDE = 16_384;
/** As many megabytes, mostly. */
const MOST_CHARACTERS = 64e6;

/** @throws UserError where an SVG holds anything else, or is larger than a picture may be. */
export function requireHarmless(svg: string): void {
  if (svg.length > MOST_CHARACTERS) {
    const message = `a figure may have ${MOST_CHARACTERS / 1e6} MB of SVG at most, got ${Math.ceil(svg.length / 1e6)} MB`;
    throw new UserError({ message, hint: 'draw fewer marks' });
  }
  for (let at = svg.indexOf('<'); at >= 0; at = svg.indexOf('<', at)) at = requireTag(svg, at);
}

/** Reads from place to place, since a regular expression over a long value runs out of stack. @returns where the tag ends. */
function requireTag(svg: string, start: number): number {
  const [opening, element] = match(/<\/?([A-Za-z]+)/y, svg, start);
  if (!ELEMENTS.has(element)) throw refused(`<${element}>`);
  const size = new Map<string, string>();
  let at = start + opening.length;
  while (svg[at] === ' ') {
    const [lead, attribute] = match(/ ([\w:-]+)="/y, svg, at);
    const end = svg.indexOf('"', at + lead.length);
    const value = svg.slice(at + lead.length, end);
    if (ATTRIBUTES.get(attribute)?.(value) !== true) throw refused(`${attribute}="${shortened(value)}"`);
    if (element === 'svg') size.set(attribute, value);
    at = end + 1;
  }
  const box = size.get('viewBox')?.split(' ').map(Number);
  if (box !== undefined) requireSize(box[2], box[3]);
  return at + match(/\/?>/y, svg, at)[0].length;
}

function match(expected: RegExp, svg: string, at: number): RegExpExecArray {
  expected.lastIndex = at;
  const found = expected.exec(svg);
  if (found === null) throw refused(shortened(svg.slice(at, at + 60)));
  return found;
}

function requireSize(width: number, height: number): void {
  if (width * height <= MOST_PIXELS && Math.max(width, height) <= LONGEST_SIDE) return;
  const most = `${MOST_PIXELS / 1e6} megapixels and ${LONGEST_SIDE} px a side at most`;
  throw new UserError({ message: `a figure may have ${most}, got ${Math.round(width)} × ${Math.round(height)} px` });
}

const shortened = (value: string) => (value.length <= 60 ? value : `${value.slice(0, 60)}…`);

function refused(what: string): UserError {
  const hint = 'it loads nothing and leads nowhere: a picture stands in it as data:image/png;base64,…';
  return new UserError({ message: `a figure may not hold ${what}`, hint });
}

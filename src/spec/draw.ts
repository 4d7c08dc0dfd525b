/** From evenly spread numbers to values of swept keys: by + − × ÷ and √ alone, the same on every machine. */
import type { Range } from './sweep.js';

/** The value of a range at a share of the way, 0 < share < 1, in digits that one can read. */
export function drawnFrom({ from, to, scale, integer }: Range, share: number): number {
  const [low, high] = from < to ? [from, to] : [to, from];
  // every whole number has as much room as another
  const room = integer ? 0.5 : 0;
  const value = scale === 'log' ? ratioAt(low, high, room, share) : low - room + (high - low + 2 * room) * share;
  const rounded = integer ? Math.round(value) : readable(value, high - low);
  return Math.min(high, Math.max(low, rounded));
}

/** Of numbers of one sign. */
function ratioAt(low: number, high: number, room: number, share: number): number {
  if (high < 0) return -ratioAt(-high, -low, room, 1 - share);
  const [from, to] = [low - room, high + room];
  return from * power(to / from, share);
}

const DIGITS = 4;

/** Four significant digits; more, where the range is narrow, so that it has a thousand values at least. */
function readable(value: number, width: number): number {
  const digits = DIGITS + Math.max(0, exponentOf(value) - exponentOf(width));
  return Number(value.toPrecision(Math.min(digits, 17)));
}

/** Of the first digit: 2 of 300. */
const exponentOf = (value: number): number => (value === 0 ? 0 : Number(value.toExponential().split('e')[1]));

/** base^share, bit by bit of a share of few bits. */
function power(base: number, share: number): number {
  let [result, root, rest] = [1, base, share];
  while (rest > 0) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest < 1) continue;
    result *= root;
    rest -= 1;
  }
  return result;
}

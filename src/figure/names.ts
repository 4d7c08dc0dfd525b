/** Values of a swept key that are no numbers, as names along an axis. */
import { flowText } from '../text.js';
import { formatValue, keyTitle, layerText } from './labels.js';
import { isOfLayers, runsOf, sharedEnds } from './lists.js';
import { TIE } from './text-width.js';

export interface Names {
  /** Of the axis: the key, and what all values have in common: `layers [8, …, 4] (16×2: 2 of 16)`. */
  readonly title: string;
  /** Of one of the values; no other one has it. */
  of(value: unknown): string;
}

/** Lists that begin or end alike are told by what they do not share, anything else as everywhere. */
export function namesOf(key: string, values: readonly unknown[]): Names {
  const distinct = [...new Map(values.map((value) => [flowText(value), value])).values()];
  const plain: Names = { title: keyTitle(key), of: formatValue };
  const tellsApart = ({ of }: Names) => new Set(distinct.map(of)).size === distinct.length;
  return [...betweenEnds(key, distinct), plain].find(tellsApart) ?? { ...plain, of: (value) => flowText(value) };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;

function betweenEnds(key: string, values: readonly unknown[]): Names[] {
  if (values.length < 2 || !values.every(isList)) return [];
  const { itemsOf, join, open, close } = values.every(isOfLayers) ? LAYERS : ITEMS;
  const lists = values.map(itemsOf);
  const { first, last } = sharedEnds(lists);
  if (first + last === 0) return [];
  const between = (items: readonly string[]) => items.slice(first, items.length - last);
  const shared = [...lists[0].slice(0, first), '…', ...lists[0].slice(lists[0].length - last)];
  const run = lists.flatMap(between).find((item) => RUN.test(item));
  return [
    {
      title: `${keyTitle(key)} ${open}${shared.join(join)}${close}${run?.replace(RUN, ` (${'$&: $2 of $1'.replaceAll(' ', TIE)})`) ?? ''}`,
      of: (list) => between(itemsOf(list as readonly unknown[])).join(join) || 'none',
    },
  ];
}

const LAYERS = { itemsOf: (list: readonly unknown[]) => list.map(layerText), join: '-', open: '', close: '' };
const ITEMS = {
  itemsOf: (list: readonly unknown[]) => runsOf(list.map(formatValue)),
  join: ', ',
  open: '[',
  close: ']',
};
const RUN = /^(.*)×(\d+)$/;

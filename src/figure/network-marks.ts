/** A network as marks: its nodes, its lines, and what stands at them. */
import type { Axis } from './axis.js';
import type { Datum, Layer, Panel } from './chart.js';
import type { Link, Net, Node, Point, Role } from './places.js';

/** Positive and negative, which also differ where there is no colour: filled and open, solid and dashed. */
const SIGNS = { positive: '#B94A00', negative: '#0067A3' } as const;
const PALE = '#BBBBBB';
const DARK = '#444444';
const SHAPES: Readonly<Record<Role, string>> = {
  source: 'square',
  fixed: 'triangle-up',
  free: 'circle',
  target: 'diamond',
  vertex: 'circle',
};
/** Of a node, in square points; smaller where there are many. */
const RIM = 100;
const MANY = 24;
const WIDEST = 3.4;
/** Of an open disc, the share that is cut out. */
const HOLE = 0.4;
/** How far nodes are moved at most, in spans of the network. */
const SHIFT = 0.12;

/** One panel: what its discs and lines are. */
export interface View {
  readonly title: string;
  /** What a pull at the outputs does, over its strength. */
  readonly isPulled?: true;
  /** Of nodes; for displacements, of which each has two. */
  readonly unit?: (cell: Node['units'][number]) => number | undefined;
  readonly link?: (link: Link) => number | undefined;
  /** What the largest line is, where panels share it. */
  readonly most?: number;
  /** Displacements as they are, or as large as can be seen. */
  readonly scale?: 'true' | 'fit';
}

export const largest = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value!)) : most), 0);

/** What a node is moved by, or how much stands at it. */
export const sizeAt = ({ units }: Node, { unit }: View): number | undefined => {
  const values = units.map((cell) => unit?.(cell));
  if (values.length === 0 || !values.every(Number.isFinite)) return undefined;
  return values.length === 1 ? values[0] : Math.sqrt(values.reduce<number>((sum, value) => sum + value! * value!, 0));
};

export function panelOf(net: Net, view: View): Panel {
  const places = movedBy(net, view);
  const rim = net.nodes.length > MANY ? RIM / 2.5 : RIM;
  const values = net.nodes.map((node) => sizeAt(node, view));
  const most = largest(values);
  const discs = net.nodes.flatMap((_, i): Datum[] => {
    const value = values[i];
    if (value === undefined || most === 0 || value === 0) return [];
    return [{ x: places[i][0], y: places[i][1], value, size: (0.8 * rim * Math.abs(value)) / most, node: net.name(i) }];
  });
  const lines = net.links.map((link): Datum => {
    const value = view.link?.(link);
    const [a, b] = [places[link.from], places[link.to]];
    return { x: a[0], y: a[1], x2: b[0], y2: b[1], value: Number.isFinite(value) ? value! : 0 };
  });
  const all = view.most ?? largest(lines.map(({ value }) => value as number));
  return {
    title: view.title,
    x: bare([...places, ...net.nodes.map(({ at }) => at)].map(([x]) => x)),
    y: bare([...places, ...net.nodes.map(({ at }) => at)].map(([, y]) => y)),
    layers: [
      ...(net.moves && view.unit ? [atRest(net)] : []),
      ...strokes(lines, all),
      ...rims(net, places, rim),
      ...filled(discs),
    ],
  };
}

/** Where nodes are: of displacements, moved as far as they are or as can be seen. */
function movedBy({ nodes, moves }: Net, { unit, scale }: View): readonly Point[] {
  const at = nodes.map((node) => node.at);
  if (!moves || !unit) return at;
  const shifts = nodes.map(({ units }) => units.map((cell) => unit(cell) ?? 0));
  const span = Math.max(
    ...[0, 1].map((axis) => Math.max(...at.map((p) => p[axis])) - Math.min(...at.map((p) => p[axis]))),
  );
  const factor = scale === 'fit' ? (SHIFT * span) / (largest(shifts.flat()) || 1) : 1;
  return at.map(([x, y], i): Point => [x + factor * (shifts[i][0] ?? 0), y + factor * (shifts[i][1] ?? 0)]);
}

/** A place without an axis, with room for discs at its ends. */
function bare(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (high - low) || 1;
  const guide = { labels: false, ticks: false, domain: false, title: null };
  return { title: '', scale: { type: 'linear', domain: [low - room, high + room], nice: false, zero: false }, guide };
}

const ends = { x2: { field: 'x2' }, y2: { field: 'y2' } };

/** Where a network that is moved stood before. */
function atRest({ nodes, links }: Net): Layer {
  const data = links.map(({ from, to }): Datum => {
    const [a, b] = [nodes[from].at, nodes[to].at];
    return { x: a[0], y: a[1], x2: b[0], y2: b[1] };
  });
  return { mark: { type: 'rule', stroke: PALE, strokeWidth: 0.5, strokeDash: [1.5, 1.5] }, data, encoding: ends };
}

/** All lines thinly; on them those that have a value, solid where positive, dashed where negative. */
function strokes(lines: readonly Datum[], most: number): Layer[] {
  const thin: Layer = { mark: { type: 'rule', stroke: PALE, strokeWidth: 0.5 }, data: lines, encoding: ends };
  const signed = (sign: 1 | -1): Layer => ({
    mark: {
      type: 'rule',
      stroke: sign > 0 ? SIGNS.positive : SIGNS.negative,
      opacity: 0.85,
      // a channel would give way to what the theme says of rules
      strokeWidth: { expr: 'datum.width' },
      ...(sign < 0 && { strokeDash: [4, 2] }),
    },
    data: lines
      .filter(({ value }) => (value as number) * sign > 0)
      .map((line) => ({ ...line, width: (WIDEST * Math.abs(line['value'] as number)) / most })),
    encoding: ends,
  });
  return [thin, ...([1, -1] as const).map(signed).filter(({ data }) => data.length > 0)];
}

/** Outlines that tell what a node is. */
function rims({ nodes, name }: Net, places: readonly Point[], size: number): Layer[] {
  return (Object.keys(SHAPES) as Role[]).flatMap((role): Layer[] => {
    const data = nodes.flatMap((node, i): Datum[] =>
      node.role === role ? [{ x: places[i][0], y: places[i][1], node: name(i) }] : [],
    );
    const held = role === 'source' || role === 'fixed' || role === 'vertex';
    const mark = {
      type: 'point',
      shape: SHAPES[role],
      filled: true,
      fill: held ? DARK : '#ffffff',
      stroke: DARK,
      strokeWidth: 0.8,
    };
    return data.length > 0
      ? [{ mark: { ...mark, opacity: 1, size: role === 'vertex' ? 0.06 * size : held ? 0.6 * size : size }, data }]
      : [];
  });
}

/** Discs whose area is a value, open where it is negative. */
function filled(discs: readonly Datum[]): Layer[] {
  const size = { field: 'size', type: 'quantitative', scale: null, legend: null };
  const layer = (fill: string, data: readonly Datum[]): Layer[] =>
    data.length > 0
      ? [
          {
            mark: { type: 'point', shape: 'circle', filled: true, fill, strokeWidth: 0, opacity: 1 },
            data,
            encoding: { size },
          },
        ]
      : [];
  const negative = discs.filter(({ value }) => (value as number) < 0);
  const holes = negative.map((disc) => ({ ...disc, size: HOLE * (disc['size'] as number) }));
  const positive = discs.filter(({ value }) => (value as number) > 0);
  return [...layer(SIGNS.positive, positive), ...layer(SIGNS.negative, negative), ...layer('#ffffff', holes)];
}

import { labelled, logTicks, wantsLog } from './axis.js';
import { bySeries, type Datum, lineStyles } from './chart.js';
import { engineLabel, formatValue, keyLabel } from './labels.js';
import { betaKey, type Lane } from './lanes.js';
import { roleOf, type Style, stylesOf } from './roles.js';
import { SOFT } from './theme.js';

type Channels = Readonly<Record<string, unknown>>;

/** How the curves of lanes are told apart: fields for each datum, and channels that read them. */
export interface Colouring {
  fields(lane: Lane): Datum;
  /** Lanes that are drawn with the same channels. */
  readonly groups: readonly { holds(lane: Lane): boolean; readonly encoding: Channels }[];
  readonly floor: Channels;
  /** Of each curve, where each has its own. */
  readonly styles?: ReadonlyMap<string, Style>;
}

/** More curves than this have the swept value as a shade. */
const MOST_STYLES = 8;

/** The style of its role for each curve while they are few; beyond that the swept value as shade and width, the engine as dash. */
export function colouring(lanes: readonly Lane[], floor: Style | undefined): Colouring {
  return lanes.length <= MOST_STYLES ? byCurve(lanes, floor) : byValue(lanes);
}

function byCurve(lanes: readonly Lane[], floor: Style | undefined): Colouring {
  const roles = new Map(lanes.map(({ label, engine }) => [label, roleOf(engine)]));
  const curves = stylesOf([...roles].map(([label, role]) => ({ label, role })));
  const styles = floor === undefined ? curves : [...curves, floor];
  return {
    fields: ({ label }) => ({ series: label }),
    groups: [{ holds: () => true, encoding: lineStyles(styles) }],
    floor: lineStyles(styles),
    styles: new Map(styles.map((style) => [style.label, style])),
  };
}

/** Shade and width by the first swept key that is not the seed; curves that do not depend on it have the colours of their roles. */
function byValue(lanes: readonly Lane[]): Colouring {
  const swept = [...new Set(lanes.flatMap(({ changes }) => Object.keys(changes)))];
  const word = keyLabel(swept.find((key) => key !== 'seed') ?? swept[0]);
  const sweptValue = ({ changes }: Lane) => Object.entries(changes).find(([key]) => keyLabel(key) === word)?.[1];
  const values = lanes.map(sweptValue).filter((value) => value !== undefined);
  const numbers = values.every((value) => typeof value === 'number') ? (values as number[]) : undefined;
  const label = ({ engine }: Lane) =>
    engineLabel(engine, (option) => option === 'beta' && betaKey(engine) in lanes[0].run.changes);
  const engines = new Map(lanes.map((lane) => [label(lane), roleOf(lane.engine)]));
  const looks = stylesOf([...engines].map(([text, role]) => ({ label: text, role })));
  const { strokeDash } = lineStyles(looks, { named: false }) as { strokeDash: { legend: object } };
  const dashes = { ...strokeDash, legend: { ...strokeDash.legend, symbolStrokeColor: SOFT } };
  const shared = { strokeDash: dashes, detail: { field: 'curve' } };
  const channels = numbers ? shades(word, numbers) : names(word, values.map(formatValue));
  return {
    fields: (lane) => ({ series: label(lane), curve: lane.label, ...shade(sweptValue(lane), numbers !== undefined) }),
    groups: [
      ...looks.map((look) => ({
        holds: (lane: Lane) => sweptValue(lane) === undefined && label(lane) === look.label,
        encoding: { ...shared, color: { value: look.color }, strokeWidth: { value: look.width } },
      })),
      { holds: (lane) => sweptValue(lane) !== undefined, encoding: { ...shared, ...channels } },
    ],
    floor: {},
  };
}

function shade(value: unknown, numeric: boolean): Datum {
  if (value === undefined) return {};
  return numeric ? { shade: value as number, weight: value as number } : { shade: formatValue(value) };
}

function shades(word: string, values: readonly number[]): Channels {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = wantsLog(values);
  const scale = { type: log ? 'log' : 'linear', domain: [low, high] };
  const shared = { field: 'shade', type: 'quantitative' };
  return {
    // a field of its own: channels of one field have one legend
    strokeWidth: { ...shared, field: 'weight', scale: { ...scale, range: [0.6, 2.2] }, legend: null },
    color: {
      ...shared,
      scale: { ...scale, scheme: { name: 'viridis', extent: [0, 0.9] } },
      legend: {
        title: word,
        orient: 'right',
        gradientLength: 180,
        gradientThickness: 10,
        ...(log ? labelled(logTicks(low, high)) : { tickCount: 5 }),
      },
    },
  };
}

function names(word: string, values: readonly string[]): Channels {
  const styles = stylesOf([...new Set(values)].map((label) => ({ label })));
  const color = bySeries(styles, (style) => style.color, { title: word, orient: 'right', symbolType: 'stroke' });
  return { color: { ...color, field: 'shade' }, strokeWidth: { value: 1.2 } };
}

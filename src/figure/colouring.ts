import { labelled, logTicks, wantsLog } from './axis.js';
import { bySeries, type Datum, lineStyles, type Style } from './chart.js';
import { engineLabel, formatValue, keyLabel } from './labels.js';
import { betaKey, type Lane } from './lanes.js';
import { DASHES, GREY, PALETTE } from './theme.js';

type Channels = Readonly<Record<string, unknown>>;

/** How the curves of lanes are told apart: fields for each datum, and channels that read them. */
export interface Colouring {
  fields(lane: Lane): Datum;
  /** Lanes that are drawn with the same channels. */
  readonly groups: readonly { holds(lane: Lane): boolean; readonly encoding: Channels }[];
  readonly floor: Channels;
}

const FLOOR_DASH = [1.5, 2.5];
/** A colour for each curve while there are enough; beyond that the swept value as the colour, the engine as the dash. */
export function colouring(lanes: readonly Lane[], panels: number, floor: string | undefined): Colouring {
  return lanes.length <= PALETTE.length ? byCurve(lanes, panels, floor) : byValue(lanes, panels);
}

function byCurve(lanes: readonly Lane[], panels: number, floor: string | undefined): Colouring {
  const curves = lanes.map(({ label }, i): Style => ({ label, color: PALETTE[i], dash: DASHES[i] }));
  const dotted: Style[] = floor === undefined ? [] : [{ label: floor, color: GREY, dash: FLOOR_DASH, width: 1.2 }];
  const styles = [...curves, ...dotted];
  return {
    fields: ({ label }) => ({ series: label }),
    groups: [{ holds: () => true, encoding: lineStyles(styles, panels) }],
    floor: {
      color: lineStyles(styles, panels)['color'],
      strokeDash: { value: FLOOR_DASH },
      strokeWidth: { value: 1.2 },
    },
  };
}

/** Colour by the first swept key that is not the seed; curves that do not depend on it are black. */
function byValue(lanes: readonly Lane[], panels: number): Colouring {
  const swept = [...new Set(lanes.flatMap(({ changes }) => Object.keys(changes)))];
  const word = keyLabel(swept.find((key) => key !== 'seed') ?? swept[0]);
  const sweptValue = ({ changes }: Lane) => Object.entries(changes).find(([key]) => keyLabel(key) === word)?.[1];
  const values = lanes.map(sweptValue).filter((value) => value !== undefined);
  const numbers = values.every((value) => typeof value === 'number') ? (values as number[]) : undefined;
  const label = ({ engine }: Lane) => engineLabel(engine, betaKey(engine) in lanes[0].run.changes ? 'beta' : undefined);
  const engines = [...new Set(lanes.map(label))];
  const styles = engines.map((text, i): Style => ({ label: text, color: GREY, dash: DASHES[i % DASHES.length] }));
  const { strokeDash } = lineStyles(styles, panels);
  const shared = { strokeDash, strokeWidth: { value: 1.3 }, detail: { field: 'curve' } };
  return {
    fields: (lane) => ({ series: label(lane), curve: lane.label, ...shade(sweptValue(lane), numbers !== undefined) }),
    groups: [
      { holds: (lane) => sweptValue(lane) === undefined, encoding: { ...shared, color: { value: '#000000' } } },
      {
        holds: (lane) => sweptValue(lane) !== undefined,
        encoding: { ...shared, color: numbers ? shades(word, numbers) : names(word, values.map(formatValue)) },
      },
    ],
    floor: {},
  };
}

function shade(value: unknown, numeric: boolean): Datum {
  if (value === undefined) return {};
  return { shade: numeric ? (value as number) : formatValue(value) };
}

function shades(word: string, values: readonly number[]): Record<string, unknown> {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = wantsLog(values);
  return {
    field: 'shade',
    type: 'quantitative',
    scale: { type: log ? 'log' : 'linear', domain: [low, high], scheme: { name: 'viridis', extent: [0, 0.9] } },
    legend: {
      title: word,
      orient: 'right',
      gradientLength: 180,
      gradientThickness: 10,
      ...(log ? labelled(logTicks(low, high)) : { tickCount: 5 }),
    },
  };
}

function names(word: string, values: readonly string[]): Record<string, unknown> {
  const styles = [...new Set(values)].map((label, i): Style => ({ label, color: PALETTE[i % PALETTE.length] }));
  return {
    ...bySeries(styles, ({ color }) => color, { title: word, orient: 'right', symbolType: 'stroke' }),
    field: 'shade',
  };
}

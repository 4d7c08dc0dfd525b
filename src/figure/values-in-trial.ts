import * as z from 'zod';
import { UserError } from '../errors.js';
import { countAxis, linearAxis } from './axis.js';
import { type Built, chart, type Datum, lineStyles, type Panel } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { formatValue, keyLabel } from './labels.js';
import { type Style, stylesOf } from './roles.js';
import { eachRow } from './rows.js';
import { type Run, requireFile, type Source } from './source.js';

const VALUES = 'values.csv';

const options = { network: z.int().positive().default(1).describe('which of the recorded networks, of the first run') };

interface Value {
  readonly kind: string;
  readonly step: number;
  readonly action: string;
  readonly value: number;
  readonly taken: boolean;
  readonly success: boolean;
}

async function build(source: Source, { network }: Options<typeof options>): Promise<Built> {
  const [run] = requireFile('values-in-trial', source, VALUES);
  const values = await valuesOf(run, network);
  if (values.length === 0) {
    const hint = 'set protocol.record to as many networks as are to be looked at';
    throw new UserError({ message: `figure 'values-in-trial': network ${network} has no rows in ${VALUES}`, hint });
  }
  const kinds = [...new Set(values.map(({ kind }) => kind))];
  const styles = stylesOf([...new Set(values.map(({ action }) => action))].map((label) => ({ label })));
  const panels = kinds.map((kind) => panelOf(kind, values, styles));
  const settings = Object.entries(run.changes).map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`);
  const built = chart([run], panels, [
    [`network ${network}`, ...settings].join(', '),
    'Values q of every action after the last trial, without learning and exploration; dots: the action that is taken',
  ]);
  return { ...built, finding: findingOf(kinds, values) };
}

async function valuesOf(run: Run, network: number): Promise<Value[]> {
  const values: Value[] = [];
  const columns = ['network', 'kind', 'step', 'action', 'value', 'taken', 'success'];
  await eachRow(run, VALUES, columns, ([of, kind, step, action, value, taken, success]) => {
    const isTold = { taken: taken === '1', success: success === '1' };
    if (Number(of) === network) values.push({ kind, step: Number(step), action, value: Number(value), ...isTold });
  });
  return values;
}

function panelOf(kind: string, all: readonly Value[], styles: readonly Style[]): Panel {
  const own = all.filter((value) => value.kind === kind);
  const datum = ({ step, action, value }: Value): Datum => ({ x: step, y: value, series: action });
  const colourOf = ({ action }: Value) => styles.find(({ label }) => label === action)!.color;
  return {
    title: kind,
    x: countAxis(
      'step of the trial',
      own.map(({ step }) => step),
    ),
    y: linearAxis(
      'q',
      all.map(({ value }) => value),
    ),
    layers: [
      { mark: 'line', data: own.map(datum), encoding: lineStyles(styles, { named: false }) },
      ...own
        .filter(({ taken }) => taken)
        .map((value) => ({
          mark: { type: 'point', filled: true, opacity: 1, size: 40, color: colourOf(value) },
          data: [{ x: value.step, y: value.value }],
        })),
    ],
  };
}

/** How many kinds of trial end as they should, and by how much the best action leads at the last step. */
function findingOf(kinds: readonly string[], values: readonly Value[]): string {
  const own = kinds.map((kind) => values.filter((value) => value.kind === kind));
  const right = own.filter(([{ success }]) => success).length;
  const leads = own.map((steps) => {
    const end = Math.max(...steps.map(({ step }) => step));
    const last = steps.filter(({ step }) => step === end).map(({ value }) => value);
    const [first, second] = last.sort((a, b) => b - a);
    return first - second;
  });
  const least = formatValue(Number(Math.min(...leads).toPrecision(2)));
  return `${right} of ${kinds.length} kinds of trial end as they should; at the last step the best action leads by ${least} at least.`;
}

export const valuesInTrial = defineFigure({
  name: 'values-in-trial',
  summary: 'q of every action through a trial of each kind, after the last trial',
  needs: [VALUES],
  options,
  build,
});

import { UserError } from '../errors.js';
import { medianOf } from '../metrics/median.js';
import { countAxis, decade, linearAxis } from './axis.js';
import { type Built, chart, type Datum, lineStyles } from './chart.js';
import { defineFigure } from './define.js';
import { formatValue, keyLabel } from './labels.js';
import { stylesOf } from './roles.js';
import { eachRow } from './rows.js';
import { listed } from './say.js';
import { type Run, requireFile, type Source } from './source.js';

const LEARNERS = 'learners.csv';

/** The networks of one set of settings. */
interface School {
  readonly label: string;
  readonly networks: number;
  /** Trials of those that learned. */
  readonly trials: readonly number[];
}

async function build(source: Source): Promise<Built> {
  const runs = requireFile('trials-to-criterion', source, LEARNERS);
  const schools = await schoolsOf(runs);
  const all = schools.flatMap(({ trials }) => trials);
  if (all.length === 0) throw new UserError({ message: "figure 'trials-to-criterion': no network has learned" });
  const width = binWidth(all);
  const outlines = schools.map((school) => outline(school, width));
  const shares = outlines.flat().map(({ y }) => Number(y));
  const styles = stylesOf(schools.map(({ label }) => ({ label })));
  const middles = schools.filter(({ trials }) => trials.length > 0);
  const built = chart(
    runs,
    [
      {
        title: 'trials until the criterion was met',
        x: countAxis(
          'trials',
          outlines.flat().map(({ x }) => Number(x)),
          true,
        ),
        y: linearAxis(`share of networks in ${width} trials`, [0, ...shares]),
        layers: [
          ...outlines.map((data, n) => ({
            mark: { type: 'area', interpolate: 'step-after', opacity: 0.2, color: styles[n].color },
            data,
            encoding: { y2: { datum: 0 } },
          })),
          {
            mark: { type: 'line', interpolate: 'step-after' },
            data: outlines.flat(),
            encoding: lineStyles(styles, { named: schools.length === 1 }),
          },
          ...middles.map((school) => ({
            mark: { type: 'rule', color: styles[schools.indexOf(school)].color, strokeDash: [2, 2] },
            data: [{ x: medianOf(school.trials), y: 0, top: Math.max(...shares) }],
            encoding: { y2: { field: 'top' } },
          })),
        ],
      },
    ],
    ['Dashed: the median of those that learned'],
  );
  return { ...built, finding: `${listed(schools.map(said))}.` };
}

/** Networks of several seeds are so many more. */
async function schoolsOf(runs: readonly Run[]): Promise<School[]> {
  const schools = new Map<string, { networks: number; readonly trials: number[] }>();
  for (const run of runs) {
    const settings = Object.entries(run.changes).filter(([key]) => key !== 'seed');
    const label = settings.map(([key, value]) => `${keyLabel(key)} = ${formatValue(value)}`).join(', ') || 'networks';
    const school = schools.get(label) ?? { networks: 0, trials: [] };
    schools.set(label, school);
    await eachRow(run, LEARNERS, ['learned', 'trials'], ([learned, count]) => {
      school.networks++;
      if (learned === '1') school.trials.push(Number(count));
    });
  }
  return Array.from(schools, ([label, school]) => ({ label, ...school }));
}

/** `99 of 100 networks learn with shaping = 0.2, in 3,897 trials in the median`; of the next `75 of 100 with shaping = 0, in 4,308`. */
function said({ label, networks, trials }: School, nth: number): string {
  const [learn, unit] = nth === 0 ? [' networks learn', ' trials in the median'] : ['', ''];
  const where = label === 'networks' ? '' : ` with ${label}`;
  const median = trials.length === 0 ? '' : `, in ${Math.round(medianOf(trials)).toLocaleString('en')}${unit}`;
  return `${trials.length} of ${networks}${learn}${where}${median}`;
}

/** 1, 2 or 5 times a power of ten, as Freedman & Diaconis (1981) ask of the middle half: few that take long do not widen it. */
function binWidth(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const rough = Math.max(1, (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length));
  const power = Number(`1e${decade(rough)}`);
  return [1, 2, 5, 10].map((factor) => factor * power).find((width) => width >= rough)!;
}

/** The steps of a histogram: the share of all networks of the run in each bin, down to 0 on either side. */
function outline({ label, networks, trials }: School, width: number): Datum[] {
  if (trials.length === 0) return [];
  const bins = trials.map((count) => Math.floor(count / width));
  const [first, last] = [Math.min(...bins), Math.max(...bins)];
  const tops = Array.from({ length: last - first + 2 }, (_, i) => ({
    x: (first + i) * width,
    y: bins.filter((bin) => bin === first + i).length / networks,
    series: label,
  }));
  return [{ x: first * width, y: 0, series: label }, ...tops];
}

export const trialsToCriterion = defineFigure({
  name: 'trials-to-criterion',
  summary: 'how many trials networks of an agent need until they have learned: a histogram for each run',
  needs: [LEARNERS],
  options: {},
  build,
});

/** What every data source promises: of what it says before it is loaded, and of the examples that it gives. */
import { everyIndex } from '../data/example-set.js';
import type { Dataset, ExampleSet, ReadFile } from '../data/source.js';
import { create, type Named } from '../entry.js';
import { Matrix } from '../numerics/matrix.js';
import { randomStream } from '../numerics/random.js';
import { registry } from '../registry.js';
import { type Claims, type Law, law } from './law.js';

/** What a source gives a network of 3 inputs and 2 outputs. @param read its files, where it has any */
export function load(named: Named, read: ReadFile): Dataset {
  const source = create(registry.data, named);
  if (source.fixed) return source.load(read);
  return source.draw({
    inputs: 3,
    outputs: 2,
    stream: (purpose) => randomStream(1, purpose),
    teach: (_, x) =>
      new Matrix(
        x.rows,
        2,
        Float64Array.from({ length: 2 * x.rows }, (_, i) => x.data[i]),
      ),
  });
}

export interface Numbers {
  readonly x: number[][];
  readonly y: number[][];
}

/** Every example of a set. */
export function numbersOf(set: ExampleSet): Numbers {
  const [x, y] = [new Matrix(set.count, set.inputs), new Matrix(set.count, set.outputs)];
  set.fill(everyIndex(set), x, y);
  const rows = (m: Matrix) => Array.from({ length: m.rows }, (_, i) => [...m.row(i)]);
  return { x: rows(x), y: rows(y) };
}

type Sets = () => ExampleSet[];

function agree(sets: Sets, t: Claims): void {
  const [first] = sets();
  for (const set of sets()) {
    t.equal([set.inputs, set.outputs], [first.inputs, first.outputs], 'inputs and outputs of every set');
    t.true(set.count > 0 && Number.isInteger(set.count), `${set.count} examples`);
    const { x, y } = numbersOf(set);
    for (const [what, rows] of Object.entries({ x, y }))
      for (const [i, row] of rows.entries())
        t.true(row.every(Number.isFinite), `${what} of example ${i} is ${row}: not finite`);
    if (set.image) t.is(set.image[0] * set.image[1], set.inputs, 'pixels of the image, and inputs');
    if (set.labels === undefined) continue;
    t.is(set.labels.length, set.count, 'labels, and examples');
    t.is(set.classes?.length, set.outputs, 'names of classes, and outputs');
    for (const [i, row] of y.entries()) {
      const oneHot = row.map((_, k) => (k === set.labels![i] ? 1 : 0));
      t.equal(row, oneHot, `target of example ${i}, of class ${set.labels[i]}`);
    }
  }
}

const TIMES = 20;

function anyOrder(sets: Sets, t: Claims): void {
  const random = randomStream(1987, 'examples');
  const below = (n: number) => Math.floor(random.uniform() * n);
  for (const set of sets()) {
    const whole = numbersOf(set);
    for (let k = 0; k < TIMES; k++) {
      // none at all, too
      const at = Array.from({ length: k === 0 ? 0 : below(9) }, () => below(set.count));
      const [x, y] = [new Matrix(at.length, set.inputs), new Matrix(at.length, set.outputs)];
      x.data.fill(-7);
      y.data.fill(-7);
      set.fill(at, x, y);
      const rows = (m: Matrix) => at.map((_, i) => [...m.row(i)]);
      t.equal(
        rows(x),
        at.map((which) => whole.x[which]),
        `x of examples ${at}`,
      );
      t.equal(
        rows(y),
        at.map((which) => whole.y[which]),
        `y of examples ${at}`,
      );
    }
  }
}

function otherSizes(named: Named, sets: Sets, t: Claims): void {
  const source = create(registry.data, named);
  const { inputs, outputs } = sets()[0];
  const problems = (sizes: { inputs: number; outputs: number }) => source.problems?.(sizes) ?? [];
  t.equal(problems({ inputs, outputs }), [], `problems with ${inputs} inputs and ${outputs} outputs`);
  // of files the sizes are only known when they have been read
  if (!source.fixed || source.files.length > 0) return;
  t.true(
    problems({ inputs: inputs + 1, outputs }).length > 0,
    `${inputs + 1} inputs in place of ${inputs}: problems tells nothing`,
  );
  t.true(
    problems({ inputs, outputs: outputs + 1 }).length > 0,
    `${outputs + 1} outputs in place of ${outputs}: problems tells nothing`,
  );
}

/** @param named validated @param read its files, where it has any */
export function dataLaws(named: Named, read: ReadFile): Law[] {
  const { name } = named;
  const sets = (): ExampleSet[] => {
    const { train, test } = load(named, read);
    return test ? [train, test] : [train];
  };
  return [
    law(`${name}: the same examples every time`, (t) =>
      t.equal(sets().map(numbersOf), sets().map(numbersOf), 'the first time and the second'),
    ),
    law(`${name}: sizes, labels and targets agree`, (t) => agree(sets, t)),
    law(`${name}: any examples in any order are those of the whole`, (t) => anyOrder(sets, t)),
    law(`${name}: a network of other sizes is told before anything runs, one of its own is not`, (t) =>
      otherSizes(named, sets, t),
    ),
  ];
}

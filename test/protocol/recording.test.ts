/** What is kept of processes: steps, tensors and cells. */
import test from 'ava';
import { runSpec } from '../_support/bench.js';

const network = { energy: 'hopfield', layers: [5, 8, 3], activation: 'tanh' };
const recorded = (processes: object) =>
  runSpec({ network, record: { processes }, second: { steps: 4 } }).rows['processes']!;

test('cells are spread evenly over a tensor, the same at every step; smaller tensors are whole', (t) => {
  const rows = recorded({ cells: 10, tensors: ['s1', 's2', 'W1'] });
  const whole = recorded({ tensors: ['s1', 's2', 'W1'] });
  const key = ({ step, engine, tensor, row, column }: (typeof rows)[number]) =>
    [step, engine, tensor, row, column].join();
  const values = new Map(whole.map((cell) => [key(cell), cell['value']]));
  for (const cell of rows) t.true(cell['value'] === values.get(key(cell)));
  for (let step = 0; step <= 4; step++) {
    const places = (tensor: string, columns: number) =>
      rows
        .filter((cell) => cell['step'] === step && cell['engine'] === 'ep' && cell['tensor'] === tensor)
        .map((cell) => Number(cell['row']) * columns + Number(cell['column']));
    t.deepEqual(places('s1', 8), [0, 1, 3, 4, 6, 8, 9, 11, 12, 14]);
    t.deepEqual(places('W1', 8), [0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
    t.deepEqual(places('s2', 3), [0, 1, 2, 3, 4, 5]);
  }
});

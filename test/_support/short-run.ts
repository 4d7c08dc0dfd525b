import { runSpec } from './bench.js';

/** Every number that a short run of EP and RBP writes, on the backend of the thread. */
export function numbersOfShortRun(given: object, steps: number): number[] {
  const { rows } = runSpec({
    ...given,
    free: { step: 0.2, tolerance: 1e-6, max_steps: steps },
    second: { step: 0.2, steps: 5 },
    engines: [
      { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.1, rule: 'vector-field' },
      { id: 'exact', name: 'ep', nudging: 'exact', rule: 'vector-field' },
      { id: 'rbp', name: 'rbp', method: 'ode' },
    ],
    record: { processes: true, gradients: true, free_state: true },
  });
  return ['processes', 'gradients', 'free_state'].flatMap((table) =>
    (rows[table] ?? []).map((row) => Number(row['value'])),
  );
}

import { RESULTS_FORMAT, type RunRecord } from '../../src/metrics/results.js';

/** A run.json as it may be, but for what is given. */
export function madeRecord(given: Partial<RunRecord>): RunRecord {
  return {
    format: RESULTS_FORMAT,
    name: 'made',
    id: 'run',
    hash: '0123456789abcdef',
    status: 'completed',
    changes: {},
    spec: { protocol: { name: 'equivalence' }, network: {} },
    free: { status: 'converged', steps: 10, field_evaluations: 11, residual_max: 1e-14, residual_l2: 2e-14 },
    engines: {},
    spectrum: null,
    pinned: null,
    warnings: [],
    outputs: {},
    seed: 1,
    backend: 'wasm',
    backend_details: {},
    environment: {},
    ...given,
  };
}

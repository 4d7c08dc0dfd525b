/** The batch at the end of an epoch that is all but empty: its step is as large as that of a whole one, and is judged at once. */
import { advise } from '../protocol/advice.js';
import type { SetSizes } from '../protocol/protocol.js';
import { symptoms } from '../protocol/symptoms/symptoms.js';
import type { Spec } from '../spec/schema.js';
import { protocolOf } from './parts.js';
import { settingsOf } from './settings.js';
import { sizesOf } from './workload.js';

/** A share of a batch below which its gradient is mostly chance: twice the noise. */
const LEAST_SHARE = 1 / 4;

/** @param data sizes, where it is from files */
export function lastBatchWarnings(spec: Spec, data: SetSizes | undefined): string[] {
  const { train } = data ?? sizesOf(spec);
  const batch = protocolOf(spec.protocol).load?.(data ?? sizesOf(spec)).batch;
  if (batch === undefined || train < batch) return [];
  const last = train % batch;
  if (last === 0 || last >= LEAST_SHARE * batch) return [];
  return [
    advise(symptoms.planned.lastBatch, { batch, last, even: dividing(train, batch).join(' or ') }, settingsOf(spec)),
  ];
}

/** The batches next to this one, below and above, that divide so many examples; none that is less than half of it or more than twice. */
function dividing(train: number, batch: number): number[] {
  const divides = (size: number) => train % size === 0;
  const sizes = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const below = sizes(Math.ceil(batch / 2), batch).findLast(divides);
  const above = sizes(batch, Math.min(train, 2 * batch)).find(divides);
  return [below, above].filter((size) => size !== undefined);
}

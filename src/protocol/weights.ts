/** θ as the files that `parameters: {file: …}` reads. */
import * as z from 'zod';
import { nested, type Tensor } from '../model/tensor.js';
import type { Params } from '../model/types.js';
import { writeNpz } from '../numerics/npz.js';

export const WEIGHT_FORMATS = ['npz', 'json'] as const;
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];

export const weightFormats = z.array(z.enum(WEIGHT_FORMATS)).default(['npz']);

export function weightsFile(format: WeightFormat, tensors: readonly Tensor[], theta: Params): Uint8Array {
  return format === 'npz' ? writeNpz(arrays(tensors, theta)) : new TextEncoder().encode(json(tensors, theta));
}

/** Lists are matrices of one row here, numbers have no index. */
function arrays(tensors: readonly Tensor[], theta: Params) {
  return Object.fromEntries(
    tensors.map(({ name, shape, rows, cols }, k) => {
      return [name, { shape: shape.length === 1 ? [rows, cols] : shape, data: theta.parts[0][k].data }];
    }),
  );
}

/** Every number as it is, which JSON.stringify does not do to −0. */
function json(tensors: readonly Tensor[], theta: Params): string {
  const text = (value: unknown): string =>
    Array.isArray(value) ? `[${value.map(text).join()}]` : Object.is(value, -0) ? '-0' : String(value);
  const members = tensors.map(
    ({ name, shape }, k) => `${JSON.stringify(name)}:${text(nested(theta.parts[0][k].data, shape))}`,
  );
  return `{${members.join()}}\n`;
}

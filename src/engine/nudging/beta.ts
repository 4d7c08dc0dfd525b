import * as z from 'zod';
import type { LabelPart } from '../../entry.js';

export const betaLabel = ({ beta }: { readonly beta: number }): LabelPart => ({
  keys: ['beta'],
  symbol: 'β',
  value: beta,
});

/** β ≠ 0. */
export const nonzeroBeta = () =>
  z.number().refine((beta) => beta !== 0, 'must not be 0: nothing is nudged (the limit β → 0 is nudging: exact)');

/** β > 0, for schemes to which its sign says nothing. */
export const positiveBeta = (why: string) => nonzeroBeta().refine((beta) => beta >= 0, `must be positive: ${why}`);

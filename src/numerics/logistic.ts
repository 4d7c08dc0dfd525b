import { exponential } from './exponential.js';

/** 1/(1 + e^(−a)). */
export function logistic(a: number): number {
  return 1 / (1 + exponential(-a));
}

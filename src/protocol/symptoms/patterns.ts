import { symptom } from '../advice.js';
import { sized } from './common.js';

/** What an initialiser has made of patterns. */
export interface StoredPatterns {
  readonly name: string;
  readonly residual: number;
  readonly rank: number;
  readonly patterns: number;
}

const left = ({ name, residual }: StoredPatterns) =>
  `init ${name}: not every pattern is a fixed point: ‖F‖ = ${sized(residual)} at the worst`;

/** Of patterns that are stored in weights. */
export const patterns = {
  dependent: symptom<StoredPatterns>(
    (found) => `${left(found)}, of ${found.patterns} patterns ${found.rank} being linearly independent (as rates ρ(S))`,
    ['store fewer, or other patterns'],
    'store fewer',
  ),
  moving: symptom<StoredPatterns>(
    left,
    [
      'raise network.init.steps (now {network.init.steps})',
      'use init: pseudo-inverse, which is exact for independent patterns',
    ],
    'use init: pseudo-inverse',
  ),
};

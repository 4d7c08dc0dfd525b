import { adamEntry } from './adam.js';
import { scaled } from './log-scale.js';
import { momentumEntry } from './momentum.js';
import { sgdEntry } from './sgd.js';

/** Every optimizer by name; the protocol `train` names one. */
export const optimizers = scaled({ sgd: sgdEntry, momentum: momentumEntry, adam: adamEntry });

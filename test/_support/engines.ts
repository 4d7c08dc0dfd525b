/** Every registered engine, with every variant of its options. */
import { everyEngine as all } from '../../src/laws/engines.js';

export { type EngineChoice, engineFor, suits } from '../../src/laws/engines.js';

export const everyEngine = all();

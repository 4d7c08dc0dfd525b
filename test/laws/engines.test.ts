/** What engines declare of their accuracy, measured over everything that is registered: a new one is tested without new code. */
import test from 'ava';
import { engineLaws } from '../../src/laws/accuracy.js';
import { everyEngine } from '../_support/engines.js';

for (const { name, check } of everyEngine.flatMap(engineLaws)) test(name, check);

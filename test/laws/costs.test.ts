/** What every registered cost promises. */
import test from 'ava';
import { costLaws } from '../../src/laws/costs.js';
import { registry } from '../../src/registry.js';

for (const { name, check } of Object.keys(registry.costs).flatMap(costLaws)) test(name, check);

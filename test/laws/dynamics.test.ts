/** What every registered dynamics promises. */
import test from 'ava';
import { dynamicsLaws } from '../../src/laws/dynamics.js';
import { everyNetwork } from '../_support/networks.js';

for (const { name, check } of everyNetwork.flatMap((network) => dynamicsLaws(network))) test(name, check);

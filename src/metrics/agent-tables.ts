/** Tables of agents at tasks. */
import { integer, number, string, type Table } from './column.js';

const network = integer('network', 'which of the networks, from 1');

export const agentTables = {
  trials: {
    file: 'metrics.csv',
    clock: 'trial',
    columns: [
      network,
      integer('trial', 'of the network, from 1'),
      integer('step', 'of the trial, from 0; the last one has no action: the trial is over'),
      number('action', 'that is taken, from 0; NaN where the trial is over'),
      number('gate', 'of memory that is taken, from 0; NaN where it is over or the agent has none'),
      number('reward', 'for the action before'),
      number('value', 'q of what is taken, summed over action and gate; NaN where the trial is over'),
      number('delta', 'δ = r + γ q(t) − q(t−1)'),
    ],
  },
  learners: {
    file: 'learners.csv',
    columns: [
      network,
      integer('learned', '1 where the criterion was met, else 0'),
      integer('trials', 'until the criterion was met; all that there were where it was not'),
    ],
  },
  lessons: {
    file: 'lessons.csv',
    columns: [
      network,
      integer('lesson', 'from 1'),
      integer('trials', 'of this lesson until the criterion was met; only lessons that were learned have a row'),
    ],
  },
  values: {
    file: 'values.csv',
    clock: 'step',
    columns: [
      network,
      string('kind', 'sort of trial'),
      integer('step', 'of the trial, from 0'),
      string('action', 'as the task calls it'),
      number('value', 'q of the action after the last trial, in a trial without learning and exploration'),
      integer('taken', '1 where it is the action taken, else 0'),
      integer('success', '1 where the trial ends as it should, else 0'),
    ],
  },
} as const satisfies Record<string, Table>;

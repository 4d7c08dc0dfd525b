/** THE table of what can be the matter: a status or a symptom, its sentence, what to do. Planning, runs and training read it. */
import { patterns } from './patterns.js';
import { phaseOne } from './phase-one.js';
import { endPoint, remark, status } from './phase-two.js';
import { planned } from './plan.js';
import { reference } from './reference.js';
import { timescales } from './timescales.js';
import { chance, training } from './training.js';

export const symptoms = {
  planned,
  phaseOne,
  status,
  remark,
  endPoint,
  reference,
  timescales,
  patterns,
  training,
  chance,
};

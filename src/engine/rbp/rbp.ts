import { entry } from '../../entry.js';
import { fromErrors } from '../claims.js';
import type { Engine } from '../engine.js';
import { family } from '../family.js';
import { almeidaPinedaEntry } from './almeida-pineda.js';
import { bpttEntry } from './bptt.js';
import { cgEntry } from './cg.js';
import { directEntry } from './direct.js';
import { gmresEntry } from './gmres.js';
import { neumannEntry } from './neumann.js';
import { ode } from './ode.js';

export const methods = {
  ode: entry({
    name: 'ode',
    summary: 'the linear side network stepped in time: dS̄/dt = F′ᵀS̄, dΘ̄/dt = (∂F/∂θ)ᵀS̄',
    source: 'Scellier & Bengio 2019, theorem 1',
    claims: fromErrors('t → ∞'),
    options: {},
    create: ode,
  }),
  direct: directEntry,
  neumann: neumannEntry,
  'almeida-pineda': almeidaPinedaEntry,
  cg: cgEntry,
  gmres: gmresEntry,
  bptt: bpttEntry,
};

/** Of the ways to one gradient; the side network is RBP itself. */
const titles: Readonly<Record<string, string>> = {
  ode: 'RBP',
  direct: 'RBP by direct solve',
  neumann: 'RBP by Neumann series',
  cg: 'RBP by CG',
  gmres: 'RBP by GMRES',
  'almeida-pineda': 'plain RBP',
  bptt: 'BPTT',
};

export const rbpFamily = family({
  name: 'rbp',
  summary: 'Recurrent Backpropagation: error derivatives from a linear side network at the fixed point',
  source: 'Almeida 1987, Pineda 1987',
  symbol: 'RBP',
  title: (method) => titles[method],
  process: (method) => (method === bpttEntry.name ? 'BPTT' : 'RBP'),
  key: 'method',
  options: {},
  members: methods,
  create: (engine: Engine) => engine,
});

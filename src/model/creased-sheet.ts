import { once } from '../numerics/numbers.js';
import { positive } from './domain.js';
import { type Sheet, sheetOf, sheetOptions, sheetProblems } from './graph/sheet.js';
import { sheetSketch } from './graph/sheet-places.js';
import { sheetSystem, vertexMaps } from './graph/sheet-system.js';
import { tensor } from './tensor.js';
import { energy } from './topology.js';
import type { Dynamics } from './types.js';

/** A creased sheet: fold angles of its creases, torsional stiffnesses κ, faces of stiffness K; x are torques on the creases. */
export function creasedSheet(sheet: Sheet, faceStiffness: number, outputs: number): Dynamics {
  const { creases } = sheet;
  const maps = once(() => vertexMaps(sheet));
  const dynamics: Dynamics = {
    inputs: creases,
    outputs: { block: 's', from: creases - outputs, to: creases },
    states: [tensor({ name: 's', kind: 'state', shape: [creases], layer: 1 })],
    parameters: [
      tensor({
        name: 'kappa',
        kind: 'stiffness',
        shape: [creases],
        layer: 1,
        fan: { in: 1, out: 1 },
        domain: positive(),
      }),
    ],
    get sketch() {
      return sheetSketch(sheet, outputs);
    },
    name: 'creased-sheet',
    time: 'continuous',
    agreement: 'process',
    offers: [
      ...(['energy', 'linearisation', 'complex-field', 'analytic-field'] as const),
      ...(outputs === creases ? (['whole-output'] as const) : []),
    ],
    box: undefined,
    bind(theta, x) {
      return sheetSystem(dynamics, maps(theta.precision), faceStiffness, theta, x);
    },
  };
  return dynamics;
}

export const creasedSheetEntry = energy({
  name: 'creased-sheet',
  summary:
    'a sheet with straight creases that meet at vertices: fold angles, torsional stiffnesses κ, nearly rigid faces',
  source: 'Stern, Arinze, Perez, Palmer & Murugan 2020',
  init: { name: 'uniform', min: 0.05, max: 0.2 },
  options: sheetOptions,
  examples: [
    {
      vertices: [{ creases: [0, 1, 2, 3], degrees: [0, 80, 170, 250] }],
      face_stiffness: 1,
      outputs: 1,
      init: { name: 'uniform', min: 0.4, max: 0.8 },
    },
  ],
  problems: sheetProblems,
  create: ({ face_stiffness, ...choice }) => creasedSheet(sheetOf(choice), face_stiffness, choice.outputs),
});

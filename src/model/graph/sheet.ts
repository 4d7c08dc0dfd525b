/**
 * Sheets with straight creases: at a vertex the creases around it meet, and the faces between them are nearly rigid. The
 * state is the fold angle of every crease.
 */
import * as z from 'zod';
import { randomStream } from '../../numerics/random.js';
import type { NetworkProblem } from '../topology.js';

/** Creases around a vertex, and the directions that they leave it in, in degrees, counter-clockwise. */
export interface SheetVertex {
  readonly creases: readonly number[];
  readonly degrees: readonly number[];
}

const MOST_CREASES = 100_000;
/** Fewer cannot fold while the faces stay flat. */
const LEAST_AROUND = 4;

const crease = () => z.int().nonnegative();
const grid = z.strictObject({
  name: z.literal('grid'),
  size: z.int().positive().max(200).describe('m × m vertices with four creases each'),
  jitter: z.number().nonnegative().max(0.4).default(0.2).describe('how far vertices are off their places, in spacings'),
  seed: z.int().nonnegative().default(1).describe('of the jitter'),
});

export const sheetOptions = {
  creases: z
    .int()
    .positive()
    .max(MOST_CREASES)
    .optional()
    .describe('number of creases; a rule for the vertices brings its own'),
  vertices: z
    .union([
      z
        .array(z.strictObject({ creases: z.array(crease()), degrees: z.array(z.number()) }))
        .min(1)
        .max(MOST_CREASES),
      grid,
    ])
    .describe(
      'creases around each vertex, counter-clockwise, and their directions in degrees; or {name: grid, size, jitter, seed}',
    ),
  face_stiffness: z.number().positive().describe('K: what bends faces, and opens vertices, costs ½K times its square'),
  outputs: z.int().positive().describe('so many creases, the last ones, are the outputs'),
};

export interface SheetChoice {
  readonly creases?: number | undefined;
  readonly vertices: readonly SheetVertex[] | z.output<typeof grid>;
  readonly outputs: number;
}

export interface Sheet {
  readonly creases: number;
  readonly vertices: readonly SheetVertex[];
}

export function sheetOf({ creases, vertices }: SheetChoice): Sheet {
  if ('name' in vertices) return gridSheet(vertices);
  const most = vertices.reduce((most, vertex) => Math.max(most, ...vertex.creases), 0);
  return { creases: creases ?? most + 1, vertices };
}

/** m rows of m + 1 creases each between vertices and to the left and right margin; then m columns of as many. */
function gridSheet({ size: m, jitter, seed }: z.output<typeof grid>): Sheet {
  const random = randomStream(seed, 'sheet/jitter');
  const places = new Map<string, readonly [number, number]>();
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < m; column++) {
      const off = () => jitter * (2 * random.uniform() - 1);
      places.set(`${row},${column}`, [column + off(), row + off()]);
    }
  }
  // on the margin nothing is off its place
  const placeOf = (row: number, column: number) => places.get(`${row},${column}`) ?? [column, row];
  const across = (row: number, column: number) => row * (m + 1) + column;
  const along = (row: number, column: number) => m * (m + 1) + column * (m + 1) + row;
  const vertices: SheetVertex[] = [];
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < m; column++) {
      const [x, y] = placeOf(row, column);
      const around: readonly (readonly [crease: number, row: number, column: number])[] = [
        [across(row, column + 1), row, column + 1],
        [along(row + 1, column), row + 1, column],
        [across(row, column), row, column - 1],
        [along(row, column), row - 1, column],
      ];
      const degrees = around.map(([, r, c]) => {
        const [u, v] = placeOf(r, c);
        const angle = (Math.atan2(v - y, u - x) * 180) / Math.PI;
        return Math.round(1e6 * ((angle + 450) % 360)) / 1e6;
      });
      // counted from just below the first, so that they ascend
      const first = degrees[0];
      const from = degrees.map((angle) => Math.round(1e6 * ((angle - first + 360) % 360)) / 1e6);
      const start = Math.round(1e6 * ((first + 270) % 360)) / 1e6;
      vertices.push({ creases: around.map(([crease]) => crease), degrees: from.map((angle) => start + angle) });
    }
  }
  return { creases: 2 * m * (m + 1), vertices };
}

/** All that is wrong with a sheet whose parts each look right. */
export function sheetProblems(choice: SheetChoice): NetworkProblem[] {
  const { creases, vertices } = sheetOf(choice);
  const { creases: given } = choice;
  if ('name' in choice.vertices && given !== undefined && given !== creases) {
    return [[['creases'], `the rule 'grid' of size ${choice.vertices.size} makes ${creases} creases, got ${given}`]];
  }
  const problems = vertices.flatMap((vertex, v) => vertexProblems(vertex, creases, ['vertices', v]));
  if (choice.outputs > creases)
    problems.push([['outputs'], `at most as many as there are creases (${creases}), got ${choice.outputs}`]);
  return problems.length > 0 ? problems : looseProblems({ creases, vertices }, given === undefined);
}

/** Creases that meet no other at any vertex: they would fold by themselves, whatever the sheet does. */
function looseProblems({ creases, vertices }: Sheet, counted: boolean): NetworkProblem[] {
  const met = new Set(vertices.flatMap((vertex) => vertex.creases));
  const loose = Array.from({ length: creases }, (_, i) => i).filter((i) => !met.has(i));
  if (loose.length === 0) return [];
  const some = loose.slice(0, 5).join(', ') + (loose.length > 5 ? ', …' : '');
  const message = `no vertex has crease${loose.length > 1 ? 's' : ''} ${some}, of ${creases} numbered from 0`;
  return [[[counted ? 'vertices' : 'creases'], message]];
}

function vertexProblems({ creases, degrees }: SheetVertex, count: number, path: readonly (string | number)[]) {
  const problem = (key: string, message: string, at?: number): NetworkProblem => [
    [...path, key, ...(at === undefined ? [] : [at])],
    message,
  ];
  if (creases.length < LEAST_AROUND) {
    return [
      problem('creases', `a vertex of ${creases.length} creases cannot fold with flat faces: at least ${LEAST_AROUND}`),
    ];
  }
  if (degrees.length !== creases.length) {
    return [problem('degrees', `one direction for each of ${creases.length} creases, got ${degrees.length}`)];
  }
  const outside = creases.findIndex((crease) => crease >= count);
  if (outside >= 0)
    return [
      problem('creases', `there is no crease ${creases[outside]}: they are numbered from 0 to ${count - 1}`, outside),
    ];
  const twice = creases.findIndex((crease, i) => creases.indexOf(crease) < i);
  if (twice >= 0) return [problem('creases', `crease ${creases[twice]} leaves this vertex twice`, twice)];
  const fallen = degrees.findIndex((angle, i) => i > 0 && !(angle > degrees[i - 1]));
  if (fallen >= 0) {
    return [
      problem(
        'degrees',
        `directions must ascend around the vertex, got ${degrees[fallen]} after ${degrees[fallen - 1]}`,
        fallen,
      ),
    ];
  }
  const span = degrees[degrees.length - 1] - degrees[0];
  return span < 360
    ? []
    : [problem('degrees', `directions must lie within one turn, got ${span} degrees from first to last`)];
}

import { type Difference, differences } from '../../run/diff.js';
import { EXIT } from '../exit-codes.js';
import { tellLeftOut } from '../left-out.js';
import { notNegative } from '../numbers.js';
import { print } from '../terminal.js';

interface DiffArguments {
  readonly a: string;
  readonly b: string;
  readonly rtol: string;
  readonly atol: string;
  readonly only: Difference['kind'] | undefined;
}

/** `eprbp diff`: silence and exit code 0 where two results agree. */
export async function diff({ a, b, rtol, atol, only }: DiffArguments): Promise<number> {
  const tolerance = { rtol: notNegative('--rtol', rtol), atol: notNegative('--atol', atol) };
  const { differences: all, problems } = await differences(a, b, tolerance);
  const found = only === undefined ? all : all.filter(({ kind }) => kind === only || kind === 'run');
  for (const difference of found) print(line(difference));
  const exitCode = tellLeftOut(problems);
  return found.length === 0 ? exitCode : EXIT.different;
}

function line({ run, where, a, b }: Difference): string {
  return `${run === undefined ? '' : `${run}: `}${where}: ${a} | ${b}${distance(Number(a), Number(b))}`;
}

function distance(a: number, b: number): string {
  const size = Math.max(Math.abs(a), Math.abs(b));
  return size > 0 && Number.isFinite(a - b) ? ` (relative ${(Math.abs(a - b) / size).toExponential(1)})` : '';
}

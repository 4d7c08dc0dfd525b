/** Which arrays of an archive are the examples, where the spec does not say: by what they are called, if that is plain. */
import { UserError } from '../errors.js';

type Part = 'train' | 'test';
type Role = 'x' | 'y';

const PARTS: Readonly<Record<string, string>> = {
  ...{ train: 'train', training: 'train', test: 'test', testing: 'test' },
  ...{ val: 'validation', valid: 'validation', validation: 'validation', dev: 'validation' },
};
const ROLES: Readonly<Record<Role, readonly string[]>> = {
  x: ['x', 'images', 'image', 'imgs', 'img', 'data', 'inputs', 'input', 'features', 'pixels'],
  y: ['y', 'labels', 'label', 'targets', 'target', 'classes', 'class'],
};

/** `x_train`, `trainImages`, `labels`: of which part, and what of it. */
function read(name: string): { part: string | undefined; rest: string } {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const part = words.find((word) => Object.hasOwn(PARTS, word));
  return { part: part && PARTS[part], rest: words.filter((word) => word !== part).join('_') };
}

/** The arrays that may be it: those of the part, or of none where no array says its part. */
export function candidates(names: readonly string[], part: Part, role: Role): string[] {
  const all = names.map((name) => ({ name, ...read(name) }));
  const said = part === 'train' && !all.some((one) => one.part === 'train') ? undefined : part;
  return all.filter((one) => one.part === said && ROLES[role].includes(one.rest)).map(({ name }) => name);
}

/** The one that it is. @throws UserError where none is, or several may be, saying what there is */
export function found(names: readonly string[], part: Part, role: Role, file: string): string {
  const all = candidates(names, part, role);
  if (all.length === 1) return all[0];
  const what = role === 'x' ? 'inputs' : 'labels or targets';
  const of = part === 'train' ? 'to train on' : 'to test on';
  const message =
    all.length === 0
      ? `which array of ${file} holds the ${what} ${of}? it has ${listed(names)}`
      : `which array of ${file} holds the ${what} ${of}: ${all.join(' or ')}?`;
  const key = role === 'x' ? 'x: NAME' : 'labels: NAME (classes) or y: NAME (numbers to predict)';
  throw new UserError({ message, hint: `write ${part === 'train' ? key : `test: {${key}}`}` });
}

const MOST_LISTED = 12;

export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'no arrays';
  return [...names.slice(0, MOST_LISTED), ...(names.length > MOST_LISTED ? ['…'] : [])].join(', ');
}

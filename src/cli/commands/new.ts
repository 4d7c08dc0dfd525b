import { readdirSync, readFileSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { packageRoot } from '../../package.js';
import { suggestion } from '../../spec/suggest.js';
import { EXIT } from '../exit-codes.js';
import { write } from '../terminal.js';

const experiments = new URL('experiments/', packageRoot);

/** `eprbp new`: the specs that come with the program are the templates. */
export function create({ template }: { template: string }): number {
  const names = readdirSync(experiments)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''));
  if (!names.includes(template)) {
    throw new UserError({ message: `no template '${template}'`, hint: suggestion(template, names) });
  }
  write(readFileSync(new URL(`${template}.yaml`, experiments), 'utf8'));
  return EXIT.ok;
}

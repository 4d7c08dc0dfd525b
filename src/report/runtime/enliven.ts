import { figure } from './figure.js';
import { pairs } from './pairs.js';
import { table } from './table.js';

/** Gives the tables and figures in a part of the page their controls. */
export function enliven(part: ParentNode): void {
  for (const each of part.querySelectorAll('table')) table(each);
  for (const each of part.querySelectorAll<HTMLElement>('.plot')) figure(each);
  pairs(part);
}

/** What a page does beyond being read: tables are sorted and filtered, figures tell the values of their marks. */
import { enliven } from './enliven.js';

enliven(document);

/** On paper everything is open. */
let closed: HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});

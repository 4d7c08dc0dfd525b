/** A page that is served while runs go on: it shows what is new without losing what its reader has set. */
import { enliven } from './enliven.js';
import './page.js';

const events = new EventSource('/events');
events.addEventListener('message', () => void refresh());

/** What a reader has set outlives a page that is loaded anew. */
const KEPT = `eprbp ${location.pathname}`;

const before = sessionStorage.getItem(KEPT);
if (before !== null) {
  sessionStorage.removeItem(KEPT);
  restore(document.querySelector('main')!, JSON.parse(before) as Settings);
}

async function refresh(): Promise<void> {
  const answer = await fetch(location.pathname, { cache: 'no-store' });
  if (!answer.ok) return;
  const text = await answer.text();
  const old = document.querySelector('main')!;
  const kept = settings(old);
  // another style has another hash, which the policy of this page does not allow even to be parsed
  if (!text.includes(document.querySelector('style')?.textContent ?? '')) return anew(kept);
  const next = new DOMParser().parseFromString(text, 'text/html');
  const main = next.querySelector('main');
  if (main === null) return;
  const [playing, drawn] = [old, main].map((one) => one.querySelector('.picture'));
  // the script of the picture holds what it moves
  if (dataOf(playing) !== dataOf(drawn)) return anew(kept);
  const focused = document.activeElement?.id ?? '';
  old.replaceWith(document.adoptNode(main));
  const place = document.createComment('');
  drawn?.replaceWith(place);
  enliven(main);
  restore(main, kept);
  if (playing) place.replaceWith(playing);
  const [header, heading] = [document, next].map((one) => one.querySelector('header'));
  if (header && heading) header.replaceWith(document.adoptNode(heading));
  document.title = next.title;
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
}

function anew(kept: Settings): void {
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  location.reload();
}

const dataOf = (picture: Element | null | undefined): string => picture?.querySelector('template')?.innerHTML ?? '';

/** Of what stands outside the picture, which stays as it is. */
interface Settings {
  readonly filters: readonly (readonly [id: string, words: string])[];
  readonly sorts: readonly (readonly [id: string, column: number, way: string])[];
  readonly open: readonly string[];
}

function settings(main: Element): Settings {
  const all = <E extends Element>(selector: string) =>
    [...main.querySelectorAll<E>(selector)].filter((one) => one.closest('.picture') === null);
  return {
    filters: all<HTMLInputElement>('.find input').map(({ id, value }) => [id, value]),
    sorts: all<HTMLTableCellElement>('th[aria-sort]').map((head) => [
      head.closest('table')!.id,
      head.cellIndex,
      head.getAttribute('aria-sort')!,
    ]),
    open: all('details[open] > summary').map(({ textContent }) => textContent ?? ''),
  };
}

function restore(main: Element, { filters, sorts, open }: Settings): void {
  for (const [id, column, way] of sorts) {
    const button = main.querySelector<HTMLButtonElement>(`#${CSS.escape(id)} th:nth-child(${column + 1}) button`);
    for (let clicks = way === 'ascending' ? 1 : 2; clicks > 0; clicks--) button?.click();
  }
  for (const [id, value] of filters) {
    const input = main.querySelector<HTMLInputElement>(`#${CSS.escape(id)}`);
    if (input === null) continue;
    input.value = value;
    input.dispatchEvent(new Event('input'));
  }
  for (const summary of main.querySelectorAll('details > summary'))
    if (open.includes(summary.textContent ?? '')) (summary.parentElement as HTMLDetailsElement).open = true;
}

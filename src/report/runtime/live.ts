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
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [old, main] = [document.querySelector('main'), next.querySelector('main')];
  if (old === null || main === null) return;
  const kept = settings(old);
  const [playing, drawn] = [old, main].map((one) => one.querySelector('.picture'));
  // another style has another hash; the script of the picture holds what it moves
  if (styleOf(next) !== styleOf(document) || dataOf(playing) !== dataOf(drawn)) {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    return location.reload();
  }
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

const styleOf = (page: Document): string => page.querySelector('style')?.textContent ?? '';
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

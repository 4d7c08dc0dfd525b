/** A page that is served while runs go on: it shows what is new without losing what its reader has set. */
import { enliven } from './enliven.js';
import './page.js';

const events = new EventSource('/events');
events.addEventListener('message', () => void refresh());

async function refresh(): Promise<void> {
  const answer = await fetch(location.pathname, { cache: 'no-store' });
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [old, main] = [document.querySelector('main'), next.querySelector('main')];
  if (old === null || main === null) return;
  const kept = settings(old);
  const rules = next.querySelector('style')?.textContent ?? '';
  // another style has another hash: the page is loaded anew
  if (rules !== document.querySelector('style')?.textContent) return location.reload();
  const focused = document.activeElement?.id ?? '';
  old.replaceWith(document.adoptNode(main));
  enliven(main);
  restore(main, kept);
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
}

interface Settings {
  readonly filters: ReadonlyMap<string, string>;
  readonly sorts: ReadonlyMap<string, readonly [column: number, way: string]>;
  readonly open: readonly string[];
}

function settings(main: Element): Settings {
  const inputs = [...main.querySelectorAll<HTMLInputElement>('.find input')];
  const sorted = [...main.querySelectorAll<HTMLTableCellElement>('th[aria-sort]')];
  return {
    filters: new Map(inputs.map(({ id, value }) => [id, value])),
    sorts: new Map(
      sorted.map((head) => [head.closest('table')!.id, [head.cellIndex, head.getAttribute('aria-sort')!]]),
    ),
    open: [...main.querySelectorAll('details[open] > summary')].map(({ textContent }) => textContent ?? ''),
  };
}

function restore(main: Element, { filters, sorts, open }: Settings): void {
  for (const [id, [column, way]] of sorts) {
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

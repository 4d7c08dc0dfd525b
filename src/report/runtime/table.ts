/** Sorting and looking for rows. */
import { element } from './element.js';

const collator = new Intl.Collator('en', { numeric: true });

export function table(one: HTMLTableElement): void {
  const [body] = one.tBodies;
  if (body === undefined || body.rows.length < 2) return;
  const original = [...body.rows];
  for (const head of one.tHead?.rows[0].cells ?? []) sortable(head as HTMLTableCellElement, body, original);
  const { filters } = one.dataset;
  if (filters !== undefined) filter(one, filters, original);
}

function sortable(
  head: HTMLTableCellElement,
  body: HTMLTableSectionElement,
  original: readonly HTMLTableRowElement[],
): void {
  const button = element('button', { type: 'button' }, ...head.childNodes);
  head.replaceChildren(button);
  button.addEventListener('click', () => {
    const before = head.getAttribute('aria-sort');
    for (const other of head.parentElement!.children) other.removeAttribute('aria-sort');
    // up, down, as it was
    const next = before === null ? 'ascending' : before === 'ascending' ? 'descending' : null;
    if (next !== null) head.setAttribute('aria-sort', next);
    const rows = next === null ? original : sorted(original, head.cellIndex, next === 'ascending' ? 1 : -1);
    body.append(...rows);
  });
}

function sorted(rows: readonly HTMLTableRowElement[], column: number, way: 1 | -1): HTMLTableRowElement[] {
  const keys = new Map(rows.map((row) => [row, keyOf(row.cells[column])]));
  return [...rows].sort((a, b) => compared(keys.get(a)!, keys.get(b)!, way));
}

function keyOf(cell: HTMLTableCellElement): number | string {
  const { value } = cell.dataset;
  return value === undefined ? (cell.textContent ?? '').trim() : Number(value);
}

/** What is empty comes last, numbers before words. */
function compared(a: number | string, b: number | string, way: 1 | -1): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  if (typeof a === 'number' && typeof b === 'number') return way * (a - b);
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return way * collator.compare(String(a), String(b));
}

function filter(one: HTMLTableElement, label: string, rows: readonly HTMLTableRowElement[]): void {
  const texts = new Map(rows.map((row) => [row, (row.textContent ?? '').toLowerCase()]));
  const id = `${one.id}-filter`;
  const input = element('input', { type: 'search', id, placeholder: 'words, all of them', autocomplete: 'off' });
  const count = element('output', { for: id }, `${rows.length} of ${rows.length}`);
  const line = element(
    'p',
    { class: 'find' },
    element('label', { for: id }, `Filter ${label.toLowerCase()}`),
    input,
    count,
  );
  one.parentElement!.before(line);
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => texts.get(row)!.includes(word));
      if (!row.hidden) shown++;
    }
    count.textContent = `${shown} of ${rows.length}`;
  });
}

/** A point of a figure and its rows of the table: who looks at one sees the other. */

const LIT = 'lit';

/** Lights a mark with its rows, or nothing. */
export function light(mark?: Element): void {
  dark();
  if (mark === undefined) return;
  mark.classList.add(LIT);
  const rows = mark.getAttribute('data-rows')?.split(' ') ?? [];
  const scope = mark.closest('article') ?? document;
  for (const row of rows) scope.querySelector(`tr[data-row="${row}"]`)?.classList.add(LIT);
}

function dark(): void {
  for (const lit of document.querySelectorAll(`.${LIT}`)) lit.classList.remove(LIT);
}

export function pairs(part: ParentNode): void {
  for (const row of part.querySelectorAll<HTMLTableRowElement>('tr[data-row]')) {
    const marks = () => {
      const scope = row.closest('article') ?? document;
      return scope.querySelectorAll(`[data-rows~="${row.dataset['row']}"]`);
    };
    const show = () => {
      dark();
      row.classList.add(LIT);
      for (const mark of marks()) mark.classList.add(LIT);
    };
    row.addEventListener('pointerenter', show);
    row.addEventListener('focusin', show);
    row.addEventListener('pointerleave', dark);
    row.addEventListener('focusout', dark);
  }
}

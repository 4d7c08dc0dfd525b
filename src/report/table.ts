/** Tables of a page: whole without the page's script, which makes them sortable and gives them a filter. */
import { type Content, type Html, html } from './html.js';

export interface Column {
  readonly title: string;
  /** What it is, in a few words. */
  readonly means?: string;
  readonly isNumber?: boolean;
  /** Whether it holds sentences. */
  readonly isWords?: boolean;
}

export interface Cell {
  readonly shows: Content;
  /** What it is sorted by, where that is not what it shows. */
  readonly value?: number | undefined;
}

export interface Line {
  readonly cells: readonly (Cell | string)[];
  /** By which marks of figures call it. */
  readonly row?: number;
  readonly failed?: boolean;
}

export interface TableOptions {
  /** Unique in the page. */
  readonly id: string;
  /** What it holds, in a few words: its name for who does not see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly lines: readonly Line[];
  /** Whether one may look for rows in it. */
  readonly filters?: boolean;
}

/** What a browser sorts at once, and a page of three megabytes holds. */
export const MOST_LINES = 2000;

/** More lines than this have a window of their own. */
const LONG = 16;

export function tableHtml({ id, label, columns, lines, filters = false }: TableOptions): Html {
  const shown = lines.length <= MOST_LINES ? lines : mostTelling(lines);
  const heads = columns.map(
    ({ title, means, isNumber }) =>
      html`<th scope="col"${isNumber ? html` class="num"` : ''}${means ? html` title="${means}"` : ''}>${title}</th>`,
  );
  const rows = shown.map(({ cells, row, failed }) => {
    const attributes = [row === undefined ? '' : html` data-row="${row}"`, failed ? html` class="failed"` : ''];
    return html`<tr${attributes}>${cells.map((cell, i) => cellHtml(cell, columns[i]))}</tr>
`;
  });
  const rest =
    shown.length < lines.length
      ? html`<p class="note">Of ${lines.length} rows, ${shown.length} are shown: those that failed first, then every ${Math.ceil(lines.length / MOST_LINES)}th. <code>eprbp collect</code> gives all of them as one CSV.</p>`
      : '';
  return html`${rest}<div class="scroll${shown.length > LONG ? ' long' : ''}" tabindex="0" role="group" aria-label="${label}">
<table id="${id}"${filters ? html` data-filters="${label}"` : ''}><caption class="hidden">${label}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

function cellHtml(cell: Cell | string, { isNumber = false, isWords = false }: Column): Html {
  const { shows, value = undefined } = typeof cell === 'string' ? { shows: cell } : cell;
  return html`<td${isNumber ? html` class="num"` : isWords ? html` class="words"` : ''}${value === undefined ? '' : html` data-value="${value}"`}>${shows}</td>`;
}

/** All that failed as far as there is room, and of the others evenly many, in their order. */
function mostTelling(lines: readonly Line[]): Line[] {
  const failed = lines.filter((line) => line.failed).slice(0, MOST_LINES / 2);
  const others = lines.filter((line) => !line.failed);
  const every = Math.ceil(lines.length / MOST_LINES);
  const kept = others.filter((_, i) => i % every === 0).slice(0, MOST_LINES - failed.length);
  return [...failed, ...kept];
}

/** LaTeX with booktabs, and nothing else: any pdflatex takes it. */
import { inert } from '../../text.js';
import { inLatex } from './latex-text.js';
import type { Cell, Heading, Sheet } from './sheet.js';

export function latexOf({ caption, head, names, lines, notes }: Sheet): string {
  const columns = lines[0].map((_, i) => (i < names ? 'l' : 'r')).join('');
  return [
    remark([caption, 'needs \\usepackage{booktabs}'].filter((part) => part !== '').join('; ')),
    `\\begin{tabular}{@{}${columns}@{}}`,
    '\\toprule',
    ...head.flatMap((line, i) => headLines(line, i === head.length - 1)),
    '\\midrule',
    ...lines.map((cells) => row(cells.map(cellOf))),
    '\\bottomrule',
    '\\end{tabular}',
    ...notes.map(remark),
  ].join('\n');
}

/** A comment: one line, whatever it says. */
const remark = (text: string): string => `% ${inert(text)}`;
const row = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;

function headLines(line: readonly Heading[], isLast: boolean): string[] {
  const cells = line.map(({ text, span }) =>
    span === 1 ? inLatex(text) : `\\multicolumn{${span}}{c}{${inLatex(text)}}`,
  );
  if (isLast) return [row(cells)];
  let column = 1;
  const rules = line.map(({ text, span }) => {
    const from = column;
    column += span;
    return text === '' ? '' : `\\cmidrule(lr){${from}-${column - 1}}`;
  });
  return [row(cells), rules.join('')];
}

const cellOf = ({ text, bold }: Cell): string => (bold ? `{\\boldmath\\textbf{${inLatex(text)}}}` : inLatex(text));

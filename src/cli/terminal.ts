/** Data goes to stdout, everything else to stderr. */
import { format, stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const plain = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '';

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Text as it is. */
export function write(text: string): void {
  process.stdout.write(text);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Text in a style, where the stream is a terminal and colour is wanted. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return !plain && stream.isTTY ? styleText(style, text) : text;
}

/** Columns padded to their widest cell; the first line is a header. */
export function table(lines: readonly (readonly unknown[])[], indent = ''): string {
  const cells = lines.map((line) => line.map((cell) => format('%s', cell)));
  const widths = cells[0].map((_, j) => Math.max(...cells.map((line) => visible(line[j] ?? ''))));
  return cells
    .map(
      (line) =>
        indent +
        line
          .map((cell, j) => cell + ' '.repeat(widths[j] - visible(cell)))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}

function visible(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** A reader that goes away (`eprbp … | head`) is no error. */
export function tolerateClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      // nobody reads on: the work and its exit code still count
      stream.write = () => true;
    });
  }
}

/** Whether someone looks at stderr while it is written. */
export function isWatched(): boolean {
  const ci = process.env['CI'];
  return process.stderr.isTTY && (ci === undefined || ci === '' || ci === 'false');
}

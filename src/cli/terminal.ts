/**
 * The door by which text leaves: data goes to stdout, everything else to stderr. A string is one line, whoever its parts come
 * from; what it holds shows and does nothing.
 */
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { isSystemError } from '../errors.js';
import { inert, inertJson, inertLines } from '../text.js';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

const plain = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '';

/** What is printed: a line, or several. */
export type Lines = string | readonly string[];

export function print(lines: Lines): void {
  send(process.stdout, shown(lines));
}

export function note(lines: Lines): void {
  send(process.stderr, shown(lines));
}

/** An order to the build server that reads the log, the only line that is one: `error file=…::text`, escaped by its rules. */
export function order(text: string): void {
  send(process.stderr, `::${inert(text)}\n`);
}

export function printJson(value: unknown, indent?: number): void {
  send(process.stdout, `${inertJson(value, indent)}\n`);
}

/** How wide a page of text on stdout may be. */
export const widthOfText = (): number => Math.min(110, process.stdout.columns ?? 110);

/** Data as they are, for a file or another program; on a terminal they do nothing either. */
export function write(data: string): void {
  send(process.stdout, process.stdout.isTTY ? inertLines(data) : data);
}

/** A style in text until it leaves: by a mark that no stranger's text has, since it is drawn anew for each process. */
const MARK = `\x1b${Math.random().toString(36).slice(2)}:`;
const MARKS = new RegExp(`${MARK}(\\d+)m`);

/** Text in a style, where the stream is a terminal and colour is wanted. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  const [on, off] = inspect.colors[style]!;
  return !plain && stream.isTTY ? `${MARK}${on}m${text}${MARK}${off}m` : text;
}

function shown(lines: Lines): string {
  return typeof lines === 'string' ? `${lineOf(lines)}\n` : lines.map((line) => `${lineOf(line)}\n`).join('');
}

/** Every other part is a style. */
function lineOf(text: string): string {
  const parts = text.split(MARKS);
  return parts.map((part, i) => (i % 2 === 0 ? inert(part) : `\x1b[${part}m`)).join('');
}

/** Columns padded to their widest cell, a line each; the first is a header. */
export function table(rows: readonly (readonly unknown[])[], indent = ''): string[] {
  const cells = rows.map((row) => row.map((cell) => marked(String(cell))));
  const widths = (cells[0] ?? []).map((_, j) => cells.reduce((most, row) => Math.max(most, widthOf(row[j] ?? '')), 0));
  return cells.map(
    (row) =>
      indent +
      row
        .map((cell, j) => cell + ' '.repeat(widths[j] - widthOf(cell)))
        .join('  ')
        .trimEnd(),
  );
}

/** As it will be shown, with its styles still marked: so wide it will be. */
function marked(cell: string): string {
  return cell
    .split(MARKS)
    .map((part, i) => (i % 2 === 0 ? inert(part) : `${MARK}${part}m`))
    .join('');
}

/** Columns that text takes, without its styles; an accent stands over what is before it. */
export function widthOf(text: string): number {
  return text
    .split(MARKS)
    .reduce((sum, part, i) => (i % 2 === 0 ? sum + [...part.replace(/\p{Mn}/gu, '')].length : sum), 0);
}

/** Where a line may end within a word; it has no width. */
export const SOFT = '\u200b';

/** Lines of at most so many columns, but for words that are longer. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  const parts = text.split(/([ \n]+|\u200b)/);
  for (let i = 0; i < parts.length; i += 2) {
    const gap = line === '' || parts[i - 1] === SOFT ? '' : ' ';
    if (line !== '' && widthOf(line + gap) + widthOf(parts[i]) > columns) {
      lines.push(line);
      line = parts[i];
    } else line += gap + parts[i];
  }
  return [...lines, line];
}

/** Why something is missing on stdout that a reader still waits for. */
let missing: NodeJS.ErrnoException | undefined;

/** A reader that goes away (`eprbp … | head`, a closed terminal) is no error; a full disk is, once the work is done. */
export function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => lose(stream, error));
}

const lost = new Set<NodeJS.WriteStream>();

/** What stdout could not take, once everything is written. */
export async function unwritten(): Promise<NodeJS.ErrnoException | undefined> {
  for (const stream of [process.stdout, process.stderr])
    if (!lost.has(stream) && stream.writableLength > 0)
      await new Promise<void>((resolve) => stream.write('', () => resolve()));
  // what went wrong is told a moment later
  await setImmediate();
  return missing;
}

function send(stream: NodeJS.WriteStream, text: string): void {
  if (lost.has(stream)) return;
  try {
    stream.write(text);
  } catch (error) {
    lose(stream, error);
  }
}

/** Whatever cannot be told, the work and its exit code still count. */
function lose(stream: NodeJS.WriteStream, error: unknown): void {
  if (lost.has(stream)) return;
  if (!isSystemError(error)) throw error;
  lost.add(stream);
  const nobody = error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY);
  if (stream === process.stdout && !nobody) missing = error;
  // for those that write by themselves: a bar, the parser's help
  stream.write = () => true;
}

/** Whether someone looks at stderr while it is written. */
export function isWatched(): boolean {
  const ci = process.env['CI'];
  return process.stderr.isTTY && (ci === undefined || ci === '' || ci === 'false');
}

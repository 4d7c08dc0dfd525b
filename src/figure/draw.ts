import { totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Issue, RunError, reasonOf, UserError } from '../errors.js';
import { isOwnFile, ownFolder } from '../io/make-folder.js';
import { removeFile } from '../io/remove.js';
import { writeWhole } from '../io/write.js';
import { originOf } from '../origin.js';
import { captionFile, captionText } from './caption.js';
import { ALONE, darkHues, forScreen } from './dress.js';
import { type FigureName, type FigureRequest, figures } from './figures.js';
import { withFonts } from './fonts.js';
import { EXTENSIONS, type Format, frameOf } from './frame.js';
import { drawPicture, type Picture } from './picture.js';
import { Sandbox } from './sandbox.js';
import { openWhole } from './source.js';

/** A figure on disk. */
export interface DrawnFigure {
  readonly name: string;
  /** Paths. */
  readonly svg: string;
  readonly png?: string;
  readonly pdf?: string;
  readonly vega?: string;
  /** Finding and caption, which `readCaption` reads. */
  readonly caption: string;
}

export interface Drawing {
  readonly drawn: readonly DrawnFigure[];
  /** Why others could not be drawn from these runs. */
  readonly issues: readonly Issue[];
}

export interface DrawOptions {
  /** Seconds that one figure may take; without it, a figure of the user's own has OWN_SECONDS, a built-in one any time. */
  readonly timeout?: number | undefined;
  /** Ends it all: what is drawn by then is given. */
  readonly signal?: AbortSignal;
  /** Of the files of each, without extension; by default those of `figureNames`. */
  readonly names?: readonly string[];
  /** For every caption: what is still to come. */
  readonly note?: string | undefined;
  /** Memory that a figure of the user's own may take; by default 2048, or half of what the machine has. */
  readonly megabytes?: number;
}

const OWN_SECONDS = 20;
const MOST_MEGABYTES = Math.floor(Math.min(2048, totalmem() / 2 ** 21));

/**
 * Draws figures from what runs have left on disk, and from nothing else. Directories without `run.json` are unfinished
 * and left out. The same figure asked for twice is called name-2. Figures of a user's own may come from a stranger: they
 * are drawn apart, in a process with limits.
 * @throws UserError where there is no finished run; RunError where a file cannot be read or written.
 */
export async function drawFigures(
  runDirectories: readonly string[],
  requests: readonly FigureRequest[],
  outDirectory: string,
  { timeout, signal, note, names, megabytes = MOST_MEGABYTES }: DrawOptions = {},
): Promise<Drawing> {
  if (requests.length === 0) return { drawn: [], issues: [] };
  const whole = openWhole(runDirectories);
  const source = { ...whole, note: [note, whole.note].filter((one) => one !== undefined).join(' ') || undefined };
  const folders = source.runs.map(({ folder }) => folder);
  const called = names ?? figureNames(requests);
  const drawn: DrawnFigure[] = [];
  const issues: Issue[] = [];
  const sandbox = new Sandbox(folders, requests, { seconds: timeout ?? OWN_SECONDS, megabytes, signal });
  try {
    for (const [i, request] of requests.entries()) {
      const apart = 'file' in request || (timeout !== undefined && !isOfPlugin(request.name));
      const picture = await orIssues(apart ? sandbox.draw(i) : drawPicture(source, request));
      if (signal?.aborted) break;
      if ('issues' in picture) issues.push(...picture.issues);
      else drawn.push(write(outDirectory, called[i], request, noted(picture, source.note)));
    }
  } finally {
    sandbox.close();
  }
  return { drawn, issues };
}

/** Code that runs with all that this program may do has no use for limits. */
function isOfPlugin(name: string): boolean {
  const figure = Object.hasOwn(figures, name) ? figures[name as FigureName] : undefined;
  return figure !== undefined && originOf(figure) !== undefined;
}

async function orIssues(picture: Promise<Picture>): Promise<Picture | UserError> {
  try {
    return await picture;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** What the files of figures are called, without extension, in the order of the requests. */
export function figureNames(requests: readonly FigureRequest[]): string[] {
  return fileNames(requests.map(nameOf));
}

function nameOf(request: FigureRequest): string {
  return 'file' in request ? basename(request.file).replace(/(\.vl)?\.json$/, '') : request.name;
}

/** The second of a name becomes name-2, the third name-3. */
function fileNames(names: readonly string[]): string[] {
  return names.map((name, i) => {
    const nth = names.slice(0, i + 1).filter((other) => other === name).length;
    return nth === 1 ? name : `${name}-${nth}`;
  });
}

/** What the files of figures are called: those of each request, the caption last. */
export function figureFiles(requests: readonly FigureRequest[]): string[][] {
  return figureNames(requests).map((name, i) => [
    ...frameOf(requests[i]).format.map((format) => `${name}.${EXTENSIONS[format]}`),
    captionFile(name),
  ]);
}

/** What is drawn apart knows nothing of other runs. */
function noted(picture: Picture, note: string | undefined): Picture {
  if (note === undefined || picture.caption.includes(note)) return picture;
  return { ...picture, caption: `${picture.caption} ${note}`.trim() };
}

/** Formats that were written before and are not asked for now go: they would show something else. */
function removeOthers(folder: string, name: string, request: FigureRequest, written: readonly string[]): void {
  const source = 'file' in request ? resolve(request.file) : undefined;
  for (const extension of Object.values(EXTENSIONS)) {
    const path = join(folder, `${name}.${extension}`);
    if (written.includes(path) || resolve(path) === source || !isOwnFile(path)) continue;
    try {
      removeFile(path);
    } catch (error) {
      throw new RunError(`${path}: cannot remove what is no longer asked for: ${reasonOf(error)}`);
    }
  }
}

function write(
  directory: string,
  name: string,
  request: FigureRequest,
  { svg, others, ...said }: Picture,
): DrawnFigure {
  const folder = ownFolder(dirname(directory), basename(directory));
  const onScreen = frameOf(request).theme === 'screen' ? forScreen(svg) : undefined;
  const files: [Format, string | Uint8Array][] = [
    ['svg', onScreen === undefined ? withFonts(svg) : withFonts(onScreen, ALONE + darkHues(onScreen))],
    ...(Object.entries(others) as [Format, string | Uint8Array][]),
  ];
  const paths = files.map(([format, contents]): [string, string] => {
    const path = join(folder, `${name}.${EXTENSIONS[format]}`);
    writeWhole(path, contents);
    return [format, path];
  });
  removeOthers(
    folder,
    name,
    request,
    paths.map(([, path]) => path),
  );
  const caption = join(folder, captionFile(name));
  writeWhole(caption, captionText(said));
  return { name, ...(Object.fromEntries(paths) as { svg: string }), caption };
}

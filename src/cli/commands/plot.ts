import { join, resolve } from 'node:path';
import { type Issue, UserError } from '../../errors.js';
import { drawFigures } from '../../figure/draw.js';
import type { FigureRequest } from '../../figure/figures.js';
import { type Format, FRAME, type FrameOptions } from '../../figure/frame.js';
import { readableRuns } from '../../metrics/found.js';
import type { FinishedRun } from '../../metrics/record.js';
import { FIGURES_FOLDER } from '../../metrics/results.js';
import { standingOf } from '../../metrics/underway.js';
import { EXIT } from '../exit-codes.js';
import { tellBuilds, tellLeftOut } from '../left-out.js';
import { secondsOf } from '../numbers.js';
import { chosenOf } from '../only.js';
import { note, print } from '../terminal.js';

export interface ResultArguments {
  readonly result: readonly string[];
  readonly timeout: string | undefined;
}

interface PlotArguments extends ResultArguments, Omit<FrameOptions, 'format'> {
  /** Empty: what the spec says. */
  readonly format: readonly Format[];
  readonly vega: boolean;
  /** Empty: all. */
  readonly only: readonly string[];
}

/** What the command line asks of every figure, over what the spec does; `--vega` adds a file. */
function frameAsked({ size, theme, title, band, format, vega }: Omit<PlotArguments, keyof ResultArguments | 'only'>) {
  const said = Object.entries({ size, theme, title, band }).filter(([, value]) => value !== undefined);
  return (request: FigureRequest): FigureRequest => {
    const formats = format.length > 0 ? format : (request.format ?? FRAME.format);
    return { ...request, ...Object.fromEntries(said), format: [...formats, ...(vega ? (['vega'] as const) : [])] };
  };
}

/** `eprbp plot`: the figures that the runs' spec asks for, from the CSV alone; no engine is loaded. */
export async function plot({ result, timeout, only, ...asked }: PlotArguments): Promise<number> {
  const options = { timeout: secondsOf(timeout) };
  const framed = frameAsked(asked);
  const issues: Issue[] = [];
  let exitCode: number = EXIT.ok;
  for (const path of result) {
    const { experiment, runs, problems } = readableRuns(path);
    exitCode = Math.max(exitCode, tellLeftOut(problems));
    tellBuilds(runs);
    const asked = requestsOf(runs[0]);
    if (asked.length === 0 && only.length === 0)
      note(`${path}: its spec asks for no figures; --only NAME draws one (eprbp list figures)`);
    const chosen = chosenOf(asked, only);
    const folders = runs.map(({ folder }) => folder);
    const { drawn, issues: missed } = await drawFigures(
      folders,
      chosen.map(({ request }) => framed(request)),
      join(experiment, FIGURES_FOLDER),
      { ...options, names: chosen.map(({ name }) => name), note: standingOf(experiment, runs) },
    );
    for (const { name, ...files } of drawn) for (const path of Object.values(files)) print(path);
    issues.push(...missed);
  }
  if (issues.length > 0) throw new UserError(issues);
  return exitCode;
}

/** Paths of a user's own figures are relative to the run's folder. */
function requestsOf({ folder, record }: FinishedRun): FigureRequest[] {
  const requests = (record.spec['figures'] ?? []) as FigureRequest[];
  return requests.map((request) => ('file' in request ? { ...request, file: resolve(folder, request.file) } : request));
}

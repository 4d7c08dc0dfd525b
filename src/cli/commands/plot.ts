import { join, resolve } from 'node:path';
import { drawFigures } from '../../figure/draw.js';
import type { FigureRequest } from '../../figure/figures.js';
import { finishedRuns, readRecord } from '../../metrics/record.js';
import { FIGURES_FOLDER } from '../../metrics/results.js';
import { EXIT } from '../exit-codes.js';
import { note, print } from '../terminal.js';

/** `eprbp plot`: the figures that the runs' spec asks for, from the CSV alone; no engine is loaded. */
export async function plot({ result }: { result: readonly string[] }): Promise<number> {
  for (const path of result) {
    const { experiment, runs } = finishedRuns(path);
    const requests = requestsOf(runs[0]);
    if (requests.length === 0) note(`${path}: its spec asks for no figures`);
    for (const { svg, png } of await drawFigures(runs, requests, join(experiment, FIGURES_FOLDER))) {
      print(svg);
      print(png);
    }
  }
  return EXIT.ok;
}

/** Paths of a user's own figures are relative to the run's folder. */
function requestsOf(run: string): FigureRequest[] {
  const requests = (readRecord(run)?.spec['figures'] ?? []) as FigureRequest[];
  return requests.map((request) => ('file' in request ? { file: resolve(run, request.file) } : request));
}

import { type Grey, sheetOf } from '../../data/contact-sheet.js';
import { type Description, describe } from '../../data/describe.js';
import { imageText, isImage } from '../../data/images.js';
import type { Dataset, ExampleSet } from '../../data/source.js';
import { writeNamed } from '../../io/write.js';
import { asciiSheet, pngSheet } from '../contact-sheet.js';
import { EXIT } from '../exit-codes.js';
import { datasetNamed } from '../inspected.js';
import { requireOutput } from '../outputs.js';
import { importedFor, type PluginArguments } from '../plugins.js';
import { note, print, printJson, styled, table } from '../terminal.js';

export interface InspectArguments extends PluginArguments {
  readonly what: string;
  readonly set: readonly string[];
  readonly sheet: string | undefined;
  readonly json: boolean;
}

/** `eprbp data inspect`: what is in a data set, in numbers and, of images, at a glance. */
export async function inspect({ what, set, sheet, json, ...plugins }: InspectArguments): Promise<number> {
  if (sheet !== undefined) requireOutput('--sheet', sheet, { files: [what] });
  const dataset = datasetNamed(what, set, importedFor(plugins));
  const parts = partsOf(dataset);
  note(dataset.notes ?? []);
  if (json) printJson(Object.fromEntries(parts.map(([name, part]) => [name, summaryOf(part)])), 2);
  else print(parts.flatMap(([name, part], i) => [...(i > 0 ? [''] : []), ...described(name, part)]));
  const images = sheetOf(dataset.train, SHEET_COLUMNS);
  if (images.length > 0 && !json) print(['', ...asciiSheet(few(images)).split('\n')]);
  if (sheet !== undefined) writeSheet(sheet, images.length > 0 ? await pngSheet(images) : undefined);
  return EXIT.ok;
}

/** Images of each class on a sheet. */
const SHEET_COLUMNS = 20;
const FEW = 10;

/** One of each class, or of one row. */
function few(rows: readonly (readonly Grey[])[]): Grey[] {
  return (rows.length > 1 ? rows.map(([first]) => first) : rows[0]).slice(0, FEW);
}

function partsOf({ train, validation, test }: Dataset): [string, ExampleSet][] {
  return Object.entries({ train, validation, test }).flatMap(([name, part]) => (part ? [[name, part]] : []));
}

interface Summary extends Omit<Description, 'constant'> {
  readonly examples: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly image: ExampleSet['image'] | ExampleSet['planes'] | null;
  readonly classes: readonly string[] | null;
  /** Inputs that are the same in every example. */
  readonly constant_inputs: readonly number[];
}

function summaryOf(set: ExampleSet): Summary {
  const { constant, ...rest } = describe(set);
  return {
    examples: set.count,
    inputs: set.inputs,
    outputs: set.outputs,
    image: set.planes ?? set.image ?? null,
    classes: set.classes ?? null,
    ...rest,
    constant_inputs: constant.map(({ input }) => input),
  };
}

function described(name: string, set: ExampleSet): string[] {
  const { min, max, mean, histogram, constant_inputs: constant } = summaryOf(set);
  const size = isImage(set) ? `${imageText(set)} images` : `${set.inputs} inputs`;
  const lines = [
    `${styled('bold', name)}  ${set.count} examples, ${size}, ${set.outputs} ${set.labels ? 'classes' : 'outputs'}`,
    `  values    ${brief(min)} … ${brief(max)}, mean ${brief(mean)}`,
    `  constant  ${constant.length} of ${set.inputs} inputs`,
  ];
  if (histogram === undefined || set.classes === undefined) return lines;
  return [
    ...lines,
    ...table([
      ['  class', ...set.classes],
      ['  count', ...histogram],
    ]),
  ];
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function writeSheet(file: string, png: Uint8Array | undefined): void {
  if (png === undefined) {
    note(`${file} is not written: these are no images`);
    return;
  }
  writeNamed(file, png);
}

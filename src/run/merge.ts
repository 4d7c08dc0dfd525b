/** Folders of shards become one: every run once, as far as it has come anywhere. Nothing is written before all is known. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { isOwnFile, ownFolder } from '../io/make-folder.js';
import { writeWhole } from '../io/write.js';
import { type FinishedRun, readRecord } from '../metrics/record.js';
import { CHECKPOINT_FILE, PACKAGE_FILE, RUN_FILE } from '../metrics/results.js';
import { dataPackage } from '../metrics/sidecar.js';
import { isLastRung, type Open, openOf, type Underway } from '../metrics/underway.js';
import { copyFinished, copyUnfinished } from './copy-run.js';
import { type ExperimentEntry, inventory, type RunEntry } from './inventory.js';
import { holderOf, Lock, sweepLocks } from './lock.js';
import { byLabels, keysOf } from './tidy.js';
import { farthestUnderway, forgetUnderway, keepUnderway } from './underway.js';
import { verifyFiles } from './verify.js';

/** What became of the runs of one experiment. */
export interface Merged {
  readonly folder: string;
  /** Finished runs that were copied, and those that were there. */
  readonly copied: number;
  readonly kept: number;
  /** Not finished anywhere. */
  readonly unfinished: number;
  /** What its sweep is at where that was not over, and what is open of it. */
  readonly underway: (Underway & { readonly open: Open }) | undefined;
  /** Why what is somewhere does not count. Where a run is missing for it, `isLost`. */
  readonly problems: readonly { readonly issue: Issue; readonly isLost: boolean }[];
}

/** A run as it lies in one of the folders. */
interface Copy {
  readonly entry: RunEntry;
  readonly finished: FinishedRun | undefined;
  readonly problems: readonly Issue[];
  /** Whether the sweep that was run there last has it. */
  readonly isCurrent: boolean;
  /** Of its experiment, in that folder. */
  readonly underway: Underway | undefined;
}

/** The copies of each run of an experiment, by its id. */
type Copies = Map<string, Copy[]>;

/** @throws UserError with all that contradicts each other, before anything is written; RunError */
export async function merge(folders: readonly string[], out: string): Promise<Merged[]> {
  const experiments = await gathered([...folders, ...(existsSync(out) ? [out] : [])]);
  const conflicts = [...experiments.values()].flatMap((runs) => [...runs.values()].flatMap(conflictsOf));
  if (conflicts.length > 0) throw new UserError(conflicts);
  return [...experiments].map(([name, runs]) => joined(name, runs, out));
}

/** All runs of all folders, those that are the same folder once. @throws UserError where one has none */
async function gathered(folders: readonly string[]): Promise<Map<string, Copies>> {
  const all = new Map<string, Copies>();
  const seen = new Set<string>();
  for (const folder of folders) {
    if (!existsSync(folder)) throw new UserError({ where: { file: folder }, message: 'no such folder' });
    for (const experiment of inventory(folder)) {
      const name = nameOf(experiment);
      const copies = all.get(name) ?? new Map<string, Copy[]>();
      all.set(name, copies);
      const { current, underway } = experiment;
      for (const entry of experiment.runs) {
        const real = realpathSync(entry.folder);
        if (seen.has(real)) continue;
        seen.add(real);
        const copy = { ...(await copyOf(entry)), isCurrent: current.size === 0 || current.has(entry.folder), underway };
        copies.set(entry.id, [...(copies.get(entry.id) ?? []), copy]);
      }
    }
  }
  if (all.size === 0)
    throw new UserError({ where: { file: folders[0] }, message: 'no runs here', hint: 'give folders of results' });
  return all;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Of an experiment whose folder is given by itself, what its runs say: it may be called after a machine. */
function nameOf({ folder, name, runs }: ExperimentEntry): string {
  if (name !== folder) return name;
  const said = runs.flatMap(({ record }) => record ?? []).map((record) => record.name);
  return said.find((one) => NAME.test(one)) ?? basename(realpathSync(folder));
}

async function copyOf(entry: RunEntry): Promise<Omit<Copy, 'isCurrent' | 'underway'>> {
  const { folder, problem, record } = entry;
  if (problem) return { entry, finished: undefined, problems: [problem] };
  if (record === undefined) return { entry, finished: undefined, problems: [] };
  const link = [RUN_FILE, ...Object.keys(record.outputs)].find((file) => !isOwnFile(join(folder, file)));
  const wrong =
    link === undefined ? await verifyFiles({ folder, record }) : [`${link} is a link, which is not followed`];
  const problems = wrong.map((message): Issue => ({ where: { file: folder }, message }));
  return { entry, finished: problems.length === 0 ? { folder, record } : undefined, problems };
}

/** Two that are finished and have other bytes: one of them was not made by this spec, or not by this program. */
function conflictsOf(copies: readonly Copy[]): Issue[] {
  const [, ...others] = copies.flatMap(({ finished }) => finished ?? []);
  return others.flatMap((other): Issue[] => {
    // a search may have ended one of them sooner
    const first = copies.flatMap(({ finished }) => finished ?? []).find((one) => farOf(one) === farOf(other))!;
    const differs = difference(first, other);
    if (differs === undefined) return [];
    return [
      {
        message: `${first.folder} and ${other.folder} are the same run, both finished, with ${differs}`,
        hint: 'eprbp diff compares them, eprbp verify runs them again; remove the one that is wrong',
      },
    ];
  });
}

/** Epochs of a run that a search has ended before its end. */
const farOf = ({ record }: FinishedRun): number => record.pruned?.epochs ?? Number.POSITIVE_INFINITY;

function difference({ record: a }: FinishedRun, { record: b }: FinishedRun): string | undefined {
  if (a.hash !== b.hash) return `other settings (hash ${a.hash}, ${b.hash})`;
  const files = [...new Set([...Object.keys(a.outputs), ...Object.keys(b.outputs)])];
  const file = files.find((name) => a.outputs[name]?.sha256 !== b.outputs[name]?.sha256);
  if (file === undefined) return undefined;
  const builds = a.build === b.build ? '' : `, by other builds of eprbp (${a.build}, ${b.build})`;
  return `other bytes in ${file}${builds}`;
}

function joined(name: string, runs: Copies, out: string): Merged {
  const folder = ownFolder(out, name);
  const problems: { issue: Issue; isLost: boolean }[] = [];
  let [copied, kept, unfinished] = [0, 0, 0];
  for (const [id, copies] of runs) {
    const at = join(folder, id);
    const good = farthest(copies);
    const isLost = good.length === 0 && copies.some((copy) => copy.problems.length > 0);
    problems.push(...copies.flatMap((copy) => copy.problems.map((issue) => ({ issue, isLost }))));
    if (good.some(({ entry }) => isAt(entry, at))) kept++;
    else if (good.length > 0) {
      const problem = copyFinished(good[0].finished!, folder, id);
      if (problem) problems.push({ issue: problem, isLost: true });
      else copied++;
    } else if (!isLost) {
      unfinished++;
      const problem = goOn(copies, folder, id);
      if (problem) problems.push({ issue: problem, isLost: false });
    }
  }
  describe(name, folder, runs);
  return { folder, copied, kept, unfinished, underway: taken(folder, [...runs.values()].flat()), problems };
}

/** Takes along what the sweep was at. */
function taken(folder: string, copies: readonly Copy[]): Merged['underway'] {
  const underway = farthestUnderway([...new Set(copies.flatMap((copy) => copy.underway ?? []))]);
  if (underway === undefined) return undefined;
  const records = inventory(folder).flatMap(({ runs }) => runs.flatMap(({ record }) => record ?? []));
  const open = openOf(underway, records);
  if (open.runs === 0 && isLastRung(underway)) forgetUnderway(folder);
  else keepUnderway(folder, underway);
  return { ...underway, open };
}

/** Those that are finished, of those that have come farthest. */
function farthest(copies: readonly Copy[]): readonly Copy[] {
  const finished = copies.filter((copy) => copy.finished !== undefined);
  const far = Math.max(...finished.map((copy) => farOf(copy.finished!)));
  return finished.filter((copy) => farOf(copy.finished!) === far);
}

const isAt = ({ folder }: RunEntry, path: string) => existsSync(path) && realpathSync(folder) === realpathSync(path);

/** Takes along what is farthest, by its bytes, of what is not finished anywhere. One without a checkpoint would begin again. */
function goOn(copies: readonly Copy[], folder: string, id: string): Issue | undefined {
  const free = copies.filter(({ entry }) => holderOf(join(entry.folder, '..'), id.slice(-8)) === undefined);
  const resumable = free.filter(({ entry }) => isOwnFile(join(entry.folder, CHECKPOINT_FILE)));
  if (resumable.length === 0) return undefined;
  const { entry } = resumable.reduce((a, b) => (b.entry.bytes > a.entry.bytes ? b : a));
  return isAt(entry, join(folder, id)) ? undefined : copyUnfinished(entry.folder, folder, id);
}

/** Lists what the sweeps have that were run last. Another process that is at it will list it itself. */
function describe(name: string, folder: string, runs: Copies): void {
  const current = [...runs].filter(([, copies]) => copies.some(({ isCurrent }) => isCurrent));
  const there = current.flatMap(([id]) => {
    const reading = readRecord(join(folder, id));
    return reading.kind === 'record' ? reading : [];
  });
  if (there.length === 0) return;
  const order = byLabels(keysOf(there.map(({ record }) => record)));
  there.sort((a, b) => order(a.record, b.record));
  const lock = Lock.take(folder, 'experiment');
  if (!(lock instanceof Lock)) return;
  writeWhole(join(folder, PACKAGE_FILE), dataPackage(name, there[0].record.spec, there));
  lock.release();
  sweepLocks(folder);
}

/** The plugins of a command line, imported before anything else is read. */
import { join, resolve } from 'node:path';
import { type Issue, UserError } from '../errors.js';
import { readableRuns } from '../metrics/found.js';
import type { FinishedRun } from '../metrics/record.js';
import { declaredPlugins } from '../plan/plugins.js';
import { importPlugin, pluginAt } from '../plugin/import.js';
import type { Plugin } from '../plugin/plugin.js';
import { experimentsIn } from '../report/site.js';
import { readSpec } from '../spec/document.js';
import { applyOverrides, parseOverride } from '../spec/overrides.js';
import { specFiles } from './spec-files.js';

/** What commands are told of plugins, and where specs may name some. */
export interface PluginArguments {
  readonly import?: readonly string[];
  readonly allowPlugins?: boolean;
  readonly spec?: readonly string[];
  readonly what?: string;
  readonly set?: readonly string[];
  readonly result?: readonly string[];
}

/** @throws UserError with what is wrong with any of them */
export async function importAll(args: PluginArguments): Promise<void> {
  const { import: imported = [], allowPlugins = false } = args;
  const named = allowPlugins ? [...ofSpecs(args), ...(args.result ?? []).flatMap(ofResults)] : [];
  const issues: Issue[] = [];
  for (const path of new Set([...imported, ...named])) {
    try {
      await importPlugin(path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      issues.push(...error.issues);
    }
  }
  if (issues.length > 0) throw new UserError(issues);
}

/** What is imported for every spec of the command line. */
export const importedFor = ({ import: imported = [] }: Pick<PluginArguments, 'import'>): Plugin[] =>
  imported.flatMap((path) => pluginAt(path) ?? []);

/** What is wrong with a spec is told where it is planned. */
function ofSpecs({ spec, what, set = [] }: PluginArguments): string[] {
  const files = (spec ?? (what !== undefined && /\.(ya?ml|json)$/.test(what) ? [what] : [])).flatMap((path) =>
    orNone(() => specFiles(path)),
  );
  const overrides = orNone(() => set.map(parseOverride).filter(({ key }) => key.split('.')[0] === 'plugins'));
  return files.flatMap((file) =>
    orNone(() => declaredPlugins(applyOverrides(readSpec(file), overrides)).map(({ path }) => path)),
  );
}

/** The paths are from the folder of the run. */
function ofResults(path: string): string[] {
  const experiments = orNone(() => experimentsIn(path));
  return (experiments.length === 0 ? [path] : experiments.map((name) => join(path, name))).flatMap((one) =>
    orNone(() => readableRuns(one).runs.flatMap(pluginsOf)),
  );
}

const pluginsOf = ({ folder, record }: FinishedRun): string[] =>
  (record.plugins ?? []).map(({ file }) => resolve(folder, file));

/** Nothing where it cannot be read: who needs it says so. */
function orNone<T>(action: () => T[]): T[] {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

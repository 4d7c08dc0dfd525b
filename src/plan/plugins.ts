/** The plugins of a spec: those that it names, and those that are imported for every spec. */
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type Issue, type Location, UserError } from '../errors.js';
import { pluginAt } from '../plugin/import.js';
import type { Plugin } from '../plugin/plugin.js';
import type { Draft } from '../spec/overrides.js';

/** What a spec names under `plugins`, as it is written there, and where it lies. */
export function declaredPlugins({ file, data }: Pick<Draft, 'file' | 'data'>): { written: string; path: string }[] {
  const given = (data as { plugins?: unknown } | null | undefined)?.plugins;
  if (!Array.isArray(given)) return [];
  const texts = given.filter((one) => typeof one === 'string');
  return texts.map((written) => ({ written, path: resolve(dirname(file), written) }));
}

/**
 * A draft that names every plugin it may use: a resolved spec says where all that is in it comes from.
 * @throws UserError where one is not imported: it is code, and runs where the user says so.
 */
export function withPlugins(draft: Draft, imported: readonly Plugin[]): { draft: Draft; plugins: readonly Plugin[] } {
  const issues = absentPlugins(draft, (i) => draft.locate(['plugins', i]));
  if (issues.length > 0) throw new UserError(issues);
  const declared = declaredPlugins(draft);
  const named = declared.map(({ path }) => pluginAt(path)!);
  const others = imported.filter((plugin) => !named.includes(plugin));
  if (others.length === 0) return { draft, plugins: named };
  const from = dirname(draft.file);
  const plugins = [...declared.map(({ written }) => written), ...others.map(({ file }) => relative(from, file))];
  return { draft: { ...draft, data: { ...(draft.data as object), plugins } }, plugins: [...named, ...others] };
}

/** Those that a spec names and nobody has imported. */
export function absentPlugins(
  spec: Pick<Draft, 'file' | 'data'>,
  locate: (index: number) => Location = () => ({ file: spec.file }),
): Issue[] {
  return declaredPlugins(spec).flatMap(({ written, path }, i) =>
    pluginAt(path) ? [] : { where: locate(i), ...notImported(written, path) },
  );
}

function notImported(written: string, path: string): Omit<Issue, 'where'> {
  if (!existsSync(path)) return { message: `plugin ${written}: no such file` };
  return {
    message: `plugin ${written} is code, which this spec would have run`,
    hint: `if you trust it, add --allow-plugins, or --import ${relative('.', path) || path}`,
  };
}

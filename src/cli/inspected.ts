import { statSync } from 'node:fs';
import { isArchive } from '../data/archive.js';
import { beginning } from '../data/contents.js';
import { bareSet } from '../data/example-set.js';
import { type IdxOptions, isIdx, readIdx } from '../data/idx.js';
import { imageOf, transposed } from '../data/images.js';

import { Rows } from '../data/rows.js';
import type { Dataset } from '../data/source.js';
import { create, type Named } from '../entry.js';
import { UserError } from '../errors.js';
import { load } from '../files/library.js';
import { KINDS } from '../io/kinds.js';
import { readBlocks } from '../io/read.js';
import { plan } from '../plan/plan.js';
import type { Plugin } from '../plugin/plugin.js';
import { registry } from '../registry.js';
import { assemble } from '../run/assemble.js';
import { schemaIssues } from '../spec/issues.js';
import { applyOverrides, type Override, parseOverride } from '../spec/overrides.js';
import { isOfAgent, specSchema } from '../spec/schema.js';
import { suggestion } from '../spec/suggest.js';

/**
 * The data set of a spec (its first run), of a name that a spec can use, or of one file. `set` holds overrides as for a
 * spec: `data.side=14`.
 * @throws UserError
 */
export function datasetNamed(what: string, set: readonly string[], imported: readonly Plugin[] = []): Dataset {
  const overrides = set.map(parseOverride);
  if (/\.(ya?ml|json)$/.test(what)) return ofSpec(what, overrides, imported);
  if (Object.hasOwn(registry.data, what)) return ofSource({ name: what }, overrides);
  return ofFile(what, overrides);
}

function ofSpec(file: string, overrides: readonly Override[], imported: readonly Plugin[]): Dataset {
  const [run] = plan(file, overrides, undefined, imported).runs;
  const { spec } = run;
  if (!isOfAgent(spec)) return assemble(run).bench.dataset;
  throw new UserError({ message: `${file} has no data: protocol ${spec.protocol.name} has an agent learn a task` });
}

function ofSource(named: Named, overrides: readonly Override[]): Dataset {
  const data = optionsOf(named, overrides);
  const source = create(registry.data, data);
  if (!source.fixed) {
    throw new UserError({
      message: `'${named.name}' is drawn for a network`,
      hint: 'inspect the spec that names it',
    });
  }
  return load(source, JSON.stringify(data), { specFile: '', locate: () => ({ file: named.name }) }).dataset;
}

/** Validated, as if a spec had named it. @throws UserError */
function optionsOf(named: Named, overrides: readonly Override[]): Named {
  const where = () => ({ file: named.name });
  const draft = applyOverrides({ file: '', data: { data: named }, locate: where, locateKey: where }, overrides);
  const checked = specSchema.shape.data.safeParse((draft.data as { data: unknown }).data);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => ({ ...issue, path: ['data', ...issue.path] }));
  throw new UserError(schemaIssues(issues, draft));
}

/** By what it is, whatever it is called. */
function ofFile(path: string, overrides: readonly Override[]): Dataset {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    const names = Object.keys(registry.data);
    throw new UserError({ message: `'${path}' is no file and no data set`, hint: suggestion(path, names) });
  }
  const [first = new Uint8Array()] = readBlocks(path, KINDS.data);
  const start = beginning(first);
  if (isIdx(start)) return idxFile(path, overrides);
  return ofSource(isArchive(start) ? { name: 'npz', file: path } : { name: 'csv', train: path }, overrides);
}

/** Images or labels alone, as they are in the file but for what is overridden. */
function idxFile(path: string, overrides: readonly Override[]): Dataset {
  const named = { name: 'idx', train: { images: path, labels: path }, scale: 1 };
  const { scale, transpose } = optionsOf(named, overrides) as Partial<IdxOptions>;
  const { shape, values } = readIdx(readBlocks(path, KINDS.data), path);
  const [count, ...stored] = shape;
  const size = transpose && stored.length > 1 ? transposed(values, stored) : stored;
  return { train: bareSet(Rows.of(values, values.length / count), scale ?? 1, imageOf(size)), test: undefined };
}

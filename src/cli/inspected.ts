import { statSync } from 'node:fs';
import { beginning } from '../data/contents.js';
import { bareSet } from '../data/example-set.js';
import { isIdx, readIdx } from '../data/idx.js';
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
  const idx = idxFile(what);
  return idx ?? ofSource({ name: 'csv', train: what }, overrides);
}

function ofSpec(file: string, overrides: readonly Override[], imported: readonly Plugin[]): Dataset {
  const [run] = plan(file, overrides, undefined, imported).runs;
  const { spec } = run;
  if (!isOfAgent(spec)) return assemble(run).bench.dataset;
  throw new UserError({ message: `${file} has no data: protocol ${spec.protocol.name} has an agent learn a task` });
}

function ofSource(named: Named, overrides: readonly Override[]): Dataset {
  const where = () => ({ file: named.name });
  const draft = applyOverrides({ file: '', data: { data: named }, locate: where, locateKey: where }, overrides);
  const checked = specSchema.shape.data.safeParse((draft.data as { data: unknown }).data);
  if (!checked.success) {
    const issues = checked.error.issues.map((issue) => ({ ...issue, path: ['data', ...issue.path] }));
    throw new UserError(schemaIssues(issues, draft));
  }
  const source = create(registry.data, checked.data);
  if (!source.fixed) {
    throw new UserError({
      message: `'${named.name}' is drawn for a network`,
      hint: 'inspect the spec that names it',
    });
  }
  return load(source, JSON.stringify(checked.data), { specFile: '', locate: where }).dataset;
}

/** Images or labels alone; undefined where the file is no IDX. */
function idxFile(path: string): Dataset | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    const names = Object.keys(registry.data);
    throw new UserError({ message: `'${path}' is no file and no data set`, hint: suggestion(path, names) });
  }
  const [first = new Uint8Array()] = readBlocks(path, KINDS.data);
  if (!isIdx(beginning(first))) return undefined;
  const { shape, values } = readIdx(readBlocks(path, KINDS.data), path);
  const [count, ...size] = shape;
  const image = size.length === 2 ? ([size[0], size[1]] as const) : undefined;
  return { train: bareSet(Rows.of(values, values.length / count), 1, image), test: undefined };
}

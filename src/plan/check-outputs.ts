import { keepsValidation } from '../data/split.js';
import type { Issue } from '../errors.js';
import { SELECTING } from '../metrics/assertions.js';
import { RECORDED, type Recorded, tables } from '../metrics/columns.js';
import type { Dynamics } from '../model/types.js';
import type { Assertion } from '../spec/assertion.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import { suggestion } from '../spec/suggest.js';
import { engineIds } from './check-engines.js';
import { checkFigures } from './check-figures.js';
import type { CheckedNetwork } from './check-network.js';
import { sourceOf } from './data-files.js';
import { assertedTable, compares, isReserved, protocolOf, referencesOf, tensorsOf } from './parts.js';

/** What is asked of the results: assertions, records and figures must name things that there will be. */
export function checkOutputs(
  spec: PartialSpec,
  { dynamics, data }: Pick<CheckedNetwork, 'dynamics' | 'data'>,
  swept: readonly string[],
  draft: Draft,
): Issue[] {
  const judged = data?.judged ?? (spec.data && sourceOf(spec.data).judged);
  return [
    ...(spec.assert ?? []).flatMap((assertion, i) => checkAssertion(assertion, i, spec, dynamics, swept, draft)),
    ...(dynamics ? checkRecord(spec, dynamics, draft) : []),
    ...checkFigures(spec, { swept, quantities: dynamics && quantitiesOf(spec, dynamics), judged }, draft),
  ];
}

function checkAssertion(
  assertion: Assertion,
  index: number,
  spec: PartialSpec,
  dynamics: Dynamics | undefined,
  swept: readonly string[],
  draft: Draft,
): Issue[] {
  const at = (key: string) => draft.locate(['assert', index, key]);
  const unknown = (key: string, what: string, got: string, known: readonly string[]): Issue[] =>
    known.includes(got)
      ? []
      : [{ where: at(key), message: `assert: no ${what} '${got}'`, hint: suggestion(got, known) }];
  const isSlope = 'slope' in assertion;
  const column = isSlope ? assertion.slope : assertion.column;
  const references = spec.reference === undefined ? [] : referencesOf({ reference: spec.reference });
  return [
    ...checkSelection(assertion, index, spec, draft),
    ...checkEngine(assertion, references, at('engine'), draft),
    ...(assertion.reference === undefined ? [] : unknown('reference', 'reference', assertion.reference, references)),
    ...(dynamics && assertion.quantity !== undefined
      ? unknown('quantity', 'quantity', assertion.quantity, quantitiesOf(spec, dynamics))
      : []),
    ...(spec.protocol && assertedTable({ ...spec, protocol: spec.protocol }, assertion)
      ? unknown(isSlope ? 'slope' : 'column', 'column', column, columnsOf(spec, assertion))
      : []),
    ...(isSlope ? unknown('over', 'swept key', assertion.over, swept) : []),
    ...(assertion.split === 'validation' && spec.data && !keepsValidation(spec.data)
      ? [
          {
            where: at('split'),
            message: 'assert: there is no validation set',
            hint: 'data.split: {validation: n} keeps one',
          },
        ]
      : []),
    ...(assertion.min === undefined && assertion.max === undefined
      ? [{ where: draft.locate(['assert', index]), message: 'assert: neither min nor max is given: nothing can fail' }]
      : []),
  ];
}

/** Rows are chosen by the columns that the table has; where engines are compared, by engine and quantity at least. */
function checkSelection(assertion: Assertion, index: number, spec: PartialSpec, draft: Draft): Issue[] {
  const { protocol } = spec;
  if (protocol === undefined) return [];
  const table = assertedTable({ ...spec, protocol }, assertion);
  if (table === undefined) {
    const message = `assert: protocol ${protocol.name} writes no table '${assertion.table}'`;
    const isUnrecorded = assertion.table === 'summary' && compares(spec, 'processes');
    const hint = isUnrecorded ? 'set record: {summary: true}' : suggestion(assertion.table!, ['metrics']);
    return [{ where: draft.locate(['assert', index, 'table']), message, hint }];
  }
  const columns = table.columns.map(({ name }) => name);
  const needed = protocolOf(protocol).compares ? ['engine', 'quantity'] : [];
  return SELECTING.flatMap((key): Issue[] => {
    const where = draft.locate(['assert', index, key]);
    if (assertion[key] === undefined) {
      return needed.includes(key) ? [{ where, message: `missing key 'assert.${index}.${key}' (text)` }] : [];
    }
    if (columns.includes(key)) return [];
    const rows = assertion.table === undefined ? `protocol ${protocol.name}` : table.file;
    return [{ where, message: `assert: ${rows} has no ${key} to choose rows by`, hint: 'leave it out' }];
  });
}

function checkEngine(
  { engine }: Assertion,
  references: readonly string[],
  where: Issue['where'],
  draft: Draft,
): Issue[] {
  if (engine === undefined) return [];
  const ids = engineIds(draft);
  if (!ids.includes(engine)) {
    return [{ where: where!, message: `assert: no engine '${engine}'`, hint: suggestion(engine, ids) }];
  }
  if (references.length !== 1 || references[0] !== engine) return [];
  return [{ where: where!, message: `assert: engine '${engine}' is the reference: it has no rows of its own` }];
}

/** Numeric columns of the table that an assertion is about. */
function columnsOf(spec: PartialSpec, assertion: Assertion): string[] {
  const columns = assertedTable({ ...spec, protocol: spec.protocol! }, assertion)?.columns ?? [];
  return columns.filter(({ type }) => type !== 'string').map(({ name }) => name);
}

/** Quantities that the protocol's metrics will have. */
function quantitiesOf(spec: PartialSpec, dynamics: Dynamics): string[] {
  const { state, params } = tensorsOf(dynamics);
  const references = spec.reference === undefined ? [] : referencesOf({ reference: spec.reference });
  const whole = (kind: string, names: string[]) => [kind, ...names.map((name) => `${kind}.${name}`)];
  const alongDirections = references.includes('finite-difference') && spec.finite_difference?.directions !== 'all';
  const hasState = compares(spec, 'processes') && references.some((id) => !isReserved(id) || id === 'early-error');
  const hasNoParams = references.length === 1 && (alongDirections || references[0] === 'early-error');
  return [
    ...(hasState ? whole('state', state) : []),
    ...(hasNoParams ? [] : whole('params', params)),
    ...(alongDirections ? ['directions'] : []),
  ];
}

function checkRecord(spec: PartialSpec, dynamics: Dynamics, draft: Draft): Issue[] {
  const { record } = spec;
  const { state, params } = tensorsOf(dynamics);
  const moving =
    (spec.protocol &&
      protocolOf(spec.protocol)
        .moves?.(dynamics)
        .map(({ name }) => name)) ??
    [];
  const check = (key: Exclude<Recorded, 'free_state' | 'parameters'>, known: string[]): Issue[] => {
    const setting = record?.[key];
    const names = (typeof setting === 'object' && setting.tensors) || [];
    return names.flatMap((name, i): Issue[] =>
      known.includes(name)
        ? []
        : [
            {
              where: draft.locate(['record', key, 'tensors', i]),
              message: `record.${key}: no tensor '${name}'`,
              hint: suggestion(name, known),
            },
          ],
    );
  };
  return [
    ...unrecorded(spec, draft),
    ...check('processes', [...state, ...moving, ...params]),
    ...check('gradients', params),
    ...check('free_path', [...state, 'energy', 'cost']),
    ...checkSummary(spec, draft),
  ];
}

/** What is asked for and would never be written. */
function unrecorded({ record, protocol }: PartialSpec, draft: Draft): Issue[] {
  if (record === undefined || protocol === undefined) return [];
  const { records = [] } = protocolOf(protocol);
  return RECORDED.filter((key) => record[key] && !records.includes(key)).map((key) => ({
    where: draft.locate(['record', key]),
    message: `record.${key}: protocol ${protocol.name} does not write ${tables[key].file}`,
    hint: records.length > 0 ? `it records ${records.join(', ')}` : 'leave it out',
  }));
}

/** Whole processes are compared with those of an engine. */
function checkSummary({ record, protocol, reference }: PartialSpec, draft: Draft): Issue[] {
  if (!record?.summary || protocol === undefined || reference === undefined) return [];
  const where = draft.locate(['record', 'summary']);
  if (!compares({ protocol }, 'processes')) {
    return [{ where, message: `record.summary: protocol ${protocol.name} compares no processes` }];
  }
  if (referencesOf({ reference }).some((id) => !isReserved(id))) return [];
  return [{ where, message: 'record.summary: no reference has a process', hint: 'name an engine as reference' }];
}

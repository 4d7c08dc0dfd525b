/** Everything that is held against a spec before it runs, as far as it depends on more than one of its parts. */
import type { Issue } from '../errors.js';
import type { Draft } from '../spec/overrides.js';
import type { PartialSpec } from '../spec/resolve.js';
import type { AnySpec } from '../spec/schema.js';
import { checkEngines } from './check-engines.js';
import { type CheckedNetwork, checkNetwork } from './check-network.js';
import { checkOutputs } from './check-outputs.js';
import { checkProtocol } from './check-protocol.js';
import { checkRest } from './check-rest.js';
import { checkSolver } from './check-solver.js';
import { checkStage } from './check-stage.js';
import { checkSteps } from './check-steps.js';
import { Tracked } from './tracked.js';
import { planWarnings } from './warnings.js';

type Check = (spec: PartialSpec, network: CheckedNetwork, draft: Draft, swept: readonly string[]) => Issue[];

const checks: readonly Check[] = [
  (spec, _, draft, swept) => checkStage(spec, draft, swept),
  (spec, { dynamics }, draft) => checkEngines(spec, dynamics, draft),
  (spec, _, draft) => checkSteps(spec, draft),
  (spec, _, draft) => checkRest(spec, draft),
  (spec, { dynamics }, draft) => (dynamics ? checkSolver(spec, dynamics, draft) : []),
  (spec, { dynamics }, draft) => (dynamics ? checkProtocol(spec, dynamics, draft) : []),
  (spec, network, draft, swept) => checkOutputs(spec, network, swept, draft),
];

/** The checks of the points of one sweep: each is done again only where something that it looks at differs. */
export class Checks {
  private readonly network = new Tracked<CheckedNetwork>();
  private readonly rest = checks.map((check) => ({ check, known: new Tracked<Issue[]>() }));
  private readonly warned = new Tracked<string[]>();

  constructor(private readonly swept: readonly string[]) {}

  of(spec: PartialSpec, draft: Draft): { network: CheckedNetwork; issues: Issue[] } {
    const data = (draft.data ?? {}) as object;
    const under = (watched: object): Draft => ({ ...draft, data: watched });
    const network = this.network.of([spec, data] as const, (parts, given) => checkNetwork(parts, under(given)));
    const further = this.rest.flatMap(({ check, known }) =>
      known.of([spec, data, network] as const, (parts, given, network: CheckedNetwork) =>
        check(parts, network, under(given), this.swept),
      ),
    );
    return { network, issues: [...network.issues, ...further] };
  }

  /** Of a spec without issues. */
  warnings(spec: AnySpec): readonly string[] {
    return this.warned.of([spec] as const, (parts) => planWarnings(parts, this.swept));
  }
}

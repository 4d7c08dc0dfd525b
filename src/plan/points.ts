/** From the points of a sweep to runs. What points share is made and checked once. */
import { type Issue, UserError } from '../errors.js';
import type { Plugin } from '../plugin/plugin.js';
import type { GraphFiles } from '../spec/graph-file.js';
import { applyOverrides, type Draft, type Override } from '../spec/overrides.js';
import { partNames, type Resolved, resolve, resolvePart, type Unfilled, withDefaults } from '../spec/resolve.js';
import { type AnySpec, isOfAgent } from '../spec/schema.js';
import { Checks } from './checks.js';
import { foreseen, foreseenOfAgent } from './foresee.js';
import type { Point } from './grid.js';
import { hashOf, namer } from './identity.js';
import { lastBatchWarnings } from './last-batch.js';
import type { RunPlan } from './run-plan.js';
import { assertedAt } from './where.js';

/** A top-level part of a spec under some of the changes of a point. */
interface Part {
  readonly key: string;
  readonly data: unknown;
  /** Absent where there are issues. */
  readonly value?: unknown;
  readonly issues: readonly Issue[];
}

export class Points {
  private readonly checks: Checks;
  private readonly idOf: (point: Point, hash: string) => string;
  private readonly parts = new Map<string, Part>();
  private readonly places = new Map<Override, { readonly key: string; readonly name: string }>();
  private readonly rest: Unfilled;
  private readonly data: Readonly<Record<string, unknown>>;
  /** Digests of those that compute, in an order of their own. */
  private readonly plugins: readonly string[];

  constructor(
    private readonly base: Draft,
    private readonly resolved: Resolved,
    private readonly files: GraphFiles,
    swept: readonly string[],
    private readonly backend: string,
    plugins: readonly Plugin[] = [],
  ) {
    this.plugins = plugins.flatMap(({ computes, sha256 }) => (computes ? sha256 : [])).sort();
    this.checks = new Checks(swept);
    this.idOf = namer(swept);
    const { sweep, seeds, ...rest } = resolved.parts;
    this.rest = rest;
    this.data = files.filled(base).data as Record<string, unknown>;
  }

  issues(point: Point): readonly Issue[] {
    return this.checked(point).issues;
  }

  run(point: Point): RunPlan | { readonly issues: readonly Issue[] } {
    const { spec, network, issues } = this.checked(point);
    if (issues.length > 0) return { issues };
    const changes = Object.fromEntries(point.map(({ key, value }) => [key, value]));
    const single = { ...(spec as AnySpec), assert: assertedAt((spec as AnySpec).assert, changes) };
    const digests = { parameters: network.parameters?.digest, data: network.data?.digests, plugins: this.plugins };
    const hash = hashOf(single, digests, this.backend);
    return {
      id: this.idOf(point, hash),
      hash,
      changes,
      spec: single,
      parameters: network.parameters,
      data: network.data,
      warnings: [
        ...network.warnings,
        ...this.checks.warnings(single),
        ...(isOfAgent(single)
          ? foreseenOfAgent(single)
          : [...lastBatchWarnings(single, network.data), ...foreseen(single, network.parameters)]),
      ],
    };
  }

  private checked(point: Point) {
    const parts = this.partsOf(point);
    const draft = this.draftOf(point, parts);
    const spec = withDefaults(this.changed(parts));
    const { network, issues } = this.checks.of(spec, draft);
    return { spec, network, issues: [...this.schemaIssues(parts), ...issues] };
  }

  private changed(parts: readonly Part[]): Unfilled {
    const changed: Record<string, unknown> = { ...this.rest };
    for (const part of parts) {
      if ('value' in part) changed[part.key] = part.value;
      else delete changed[part.key];
    }
    return changed as Unfilled;
  }

  private schemaIssues(parts: readonly Part[]): Issue[] {
    const { issues, issuesOf } = this.resolved;
    const touched = new Set(parts.map(({ key }) => key));
    const untouched = issues.length === 0 ? [] : ['', ...partNames].filter((key) => !touched.has(key));
    return [...untouched.flatMap((key) => issuesOf(key)), ...parts.flatMap((part) => part.issues)];
  }

  private draftOf(point: Point, parts: readonly Part[]): Draft {
    const data = { ...this.data };
    for (const part of parts) data[part.key] = part.data;
    let placed: Draft | undefined;
    // places are asked for where something is wrong
    const place = () => {
      placed ??= this.files.filled(applyOverrides(this.base, point));
      return placed;
    };
    return {
      file: this.base.file,
      data,
      locate: (path) => place().locate(path),
      locateKey: (path, key) => place().locateKey(path, key),
    };
  }

  /** The parts that a point changes. */
  private partsOf(point: Point): Part[] {
    const groups: { key: string; name: string; overrides: Override[] }[] = [];
    for (const override of point) {
      const { key, name } = this.place(override);
      const group = groups.find((other) => other.key === key);
      if (group === undefined) groups.push({ key, name, overrides: [override] });
      else {
        group.name += name;
        group.overrides.push(override);
      }
    }
    return groups.map(({ key, name, overrides }) => this.part(key, name, overrides));
  }

  private part(key: string, name: string, overrides: readonly Override[]): Part {
    let part = this.parts.get(name);
    if (part === undefined) {
      part = this.makePart(key, overrides);
      this.parts.set(name, part);
    }
    return part;
  }

  /** The part that an override changes, and a name for the two. */
  private place(override: Override): { readonly key: string; readonly name: string } {
    let place = this.places.get(override);
    if (place === undefined) {
      place = { key: override.key.split('.', 1)[0], name: `${this.places.size} ` };
      this.places.set(override, place);
    }
    return place;
  }

  private makePart(key: string, overrides: readonly Override[]): Part {
    try {
      const draft = this.files.filled(applyOverrides(this.base, overrides));
      const data = (draft.data as Record<string, unknown>)[key];
      const resolved = resolvePart(key, data);
      if (resolved) return { key, data, value: resolved.value, issues: [] };
      const { issuesOf, parts } = resolve(draft);
      const rest = key in parts ? { value: parts[key as keyof Unfilled] } : {};
      return { key, data, ...rest, issues: [...issuesOf(key), ...issuesOf('')] };
    } catch (error) {
      if (error instanceof UserError) return { key, data: undefined, issues: error.issues };
      throw error;
    }
  }
}

import * as z from 'zod';
import { UserError } from '../errors.js';
import { type Built, chart } from './chart.js';
import { defineFigure, type Options } from './define.js';
import { engineLabel, formatNumber } from './labels.js';
import { largest, panelOf, sizeAt, type View } from './network-marks.js';
import { type Recorded, recordedOf } from './network-values.js';
import { type Link, type Net, type Node, netOf, type Role } from './places.js';
import type { Run, Source } from './source.js';

const options = {
  run: z.int().positive().default(1).describe('which of the runs, from 1: one network is drawn'),
  example: z.int().nonnegative().default(0).describe('example of the batch whose state is drawn'),
  engine: z.string().optional().describe('id of the engine that pulls; default the first that nudges'),
};

async function build(source: Source, { run: place, example, engine }: Options<typeof options>): Promise<Built> {
  const run = source.runs[place - 1];
  if (run === undefined)
    throw new UserError({ message: `figure 'network': no run ${place}`, hint: `there are ${source.runs.length}` });
  const net = netOf(run);
  const recorded = await recordedOf(run, example, engine);
  const views = viewsOf(net, recorded, run, example);
  const made = chart(
    [run],
    views.map((view) => panelOf(net, view)),
    notes(net, views),
  );
  return { ...made, finding: finding(net, views, recorded) };
}

function viewsOf(net: Net, { free, pulled, before, after }: Recorded, run: Run, example: number): View[] {
  const strength = before && ((link: Link) => before({ ...link.strength }));
  const held = net.links.some(({ unit }) => unit);
  if (after.length > 0) {
    const all = [...(before ? [before] : []), ...after.map(({ values }) => values)];
    const most = largest(net.links.flatMap(({ strength: cell }) => all.map((values) => values(cell))));
    return [
      ...(strength ? [{ title: 'before learning', link: strength, most }] : []),
      ...after.map(({ label, values }) => ({
        title: `after, ${label}`,
        link: ({ strength: cell }: Link) => values(cell),
        most,
      })),
    ];
  }
  const views: View[] = [
    ...(held && strength ? [{ title: 'stiffness of the creases', link: strength }] : []),
    ...(free
      ? [
          held
            ? { title: 'at rest: folds', link: ({ unit }: Link) => unit && free(unit) }
            : { title: 'at rest', unit: free, ...(strength && { link: strength }), scale: 'true' as const },
        ]
      : []),
    ...(pulled ? [pulledView(pulled, held)] : []),
  ];
  if (free && missing(net, free)) {
    throw new UserError({
      message: `figure 'network': no numbers for example ${example} of ${run.id}`,
      hint: 'examples count from 0',
    });
  }
  return views.length > 0 ? views : [{ title: 'connections', ...(strength && { link: strength }) }];
}

function pulledView({ engine, change, gradient }: NonNullable<Recorded['pulled']>, held: boolean): View {
  const title = `pulled, ${engineLabel(engine, (option) => option === 'beta')}`;
  return held
    ? { title, isPulled: true, link: ({ unit }) => unit && change(unit) }
    : { title, isPulled: true, unit: change, link: ({ strength }) => gradient(strength), scale: 'fit' };
}

const missing = (net: Net, free: (cell: Node['units'][number]) => number | undefined): boolean =>
  [...net.nodes.flatMap(({ units }) => units), ...net.links.flatMap(({ unit }) => unit ?? [])].some(
    (cell) => free(cell) === undefined,
  );

/** The largest disc and line of a panel, in words: what the others are measured by. */
function largestIn(net: Net, view: View): string {
  const disc = largest(net.nodes.map((node) => sizeAt(node, view)));
  const line = view.most ?? largest(net.links.map((link) => view.link?.(link)));
  const told = [
    ...(disc > 0 ? [`largest disc ${formatNumber(disc, 2)}`] : []),
    ...(line > 0 ? [`widest line ${formatNumber(line, 2)}`] : []),
  ];
  return told.length > 0 ? `${capital(view.title)}: ${told.join(', ')}` : '';
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

const CALLED: Readonly<Record<Role, string>> = {
  source: 'squares are inputs',
  fixed: 'triangles are held',
  free: 'circles are free',
  target: 'diamonds are outputs',
  vertex: 'dots are vertices of creases and their ends',
};

function notes(net: Net, views: readonly View[]): string[] {
  const { nodes, links, moves } = net;
  const roles = new Set(nodes.map(({ role }) => role));
  const words = (Object.keys(CALLED) as Role[]).filter((role) => roles.has(role)).map((role) => CALLED[role]);
  const units = views.some(({ unit }) => unit);
  return [
    `${nodes.length} nodes and ${links.length} connections: ${words.join(', ')}`,
    ...views.map((view) => largestIn(net, view)).filter((text) => text !== ''),
    ...(views.some(({ isPulled }) => isPulled)
      ? ['Where pulled: the change of each state over β; lines are dJ/dθ, or folds that change']
      : []),
    ...(units ? ['Discs: area in proportion, filled positive, open negative'] : []),
    ...(views.some(({ link }) => link) ? ['Lines: width in proportion, solid positive, dashed negative'] : []),
    ...(moves && units
      ? ['Nodes stand where they are moved to, where pulled exaggerated; dotted: where they stood']
      : []),
  ];
}

/** Which node, or connection, the pull or the learning changes most. */
function finding(net: Net, views: readonly View[], { before, after, pulled, free }: Recorded): string {
  if (after.length > 0 && before) return learnedMost(net, before, after[0]);
  const view = views.find(({ title }) => title.startsWith(pulled ? 'pulled' : 'at rest'));
  if (view === undefined || (!pulled && !free)) return `${net.nodes.length} nodes and ${net.links.length} connections`;
  const held = net.links.some(({ unit }) => unit);
  const sizes = held
    ? net.links.map((link) => Math.abs(view.link?.(link) ?? 0))
    : net.nodes.map((node) => Math.abs(sizeAt(node, view) ?? 0));
  const at = sizes.indexOf(Math.max(...sizes));
  const name = held ? `crease ${at}` : net.name(at);
  const size = formatNumber(sizes[at], 2);
  return pulled
    ? `A pull of strength β moves ${name} most, by ${size} β`
    : `At rest ${name} has the largest value, ${size}`;
}

function learnedMost(
  net: Net,
  before: Recorded['before'] & object,
  { label, values }: Recorded['after'][number],
): string {
  const changes = net.links.map(({ strength }) => (values(strength) ?? 0) - (before(strength) ?? 0));
  const grown = net.links.filter(
    ({ strength }) => Math.abs(values(strength) ?? 0) > Math.abs(before(strength) ?? 0),
  ).length;
  const at = changes.map(Math.abs).indexOf(largest(changes));
  return `Learning by ${label} strengthens ${grown} of ${net.links.length} connections, and changes one most, by ${formatNumber(changes[at], 2)}`;
}

export const network = defineFigure({
  name: 'network',
  summary: 'the network itself: nodes at their places, at rest and pulled, or connections before and after learning',
  needs: [],
  options,
  build,
});

import type * as z from 'zod';
import type { Claims } from '../../entry.js';
import { figures } from '../../figure/figures.js';
import { frameOptions } from '../../figure/frame.js';
import { registry } from '../../registry.js';
import { topologiesOf } from '../../spec/network.js';
import { flowText } from '../../text.js';
import type { LIST_KINDS } from '../choices.js';
import { EXIT } from '../exit-codes.js';
import { print, styled, table } from '../terminal.js';

type Kind = (typeof LIST_KINDS)[number];

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly source?: string | undefined;
  readonly claims?: Claims | undefined;
  readonly options: z.ZodRawShape;
  /** Of an energy: its sizes are the options of a topology that gives this. */
  readonly takes?: string;
}

/** Everything that a spec can name, by kind. */
export function listing(): Record<Kind, Listed[]> {
  const { engines, ...rest } = registry;
  const entries = Object.fromEntries(
    Object.entries(rest).map(([kind, table]) => [kind, Object.values(table as Record<string, Listed>)]),
  );
  return {
    ...(entries as unknown as Record<keyof typeof rest, Listed[]>),
    engines: Object.values(engines).flatMap(({ name, key, summary, source, claims, options, members }): Listed[] => [
      // a family of one has what its member claims
      {
        name,
        summary,
        source,
        claims: claims ?? (key === undefined ? Object.values(members)[0].claims : undefined),
        options,
      },
      ...Object.values(members as Record<string, Listed>).flatMap((member) =>
        key === undefined
          ? []
          : { ...member, ...(claims && { claims: undefined }), name: `${name}, ${key}: ${member.name}` },
      ),
    ]),
    figures: Object.entries(figures).map(([name, { summary, options }]) => ({ name, summary, options })),
  };
}

const ofEveryFigure: Listed = { name: 'all of these', summary: 'take what their frame is', options: frameOptions };

/** `eprbp list`: names, one line each, options and the paper. */
export function list({ kind }: { kind?: Kind }): number {
  const all = listing();
  for (const shown of kind === undefined ? (Object.keys(all) as Kind[]).sort() : [kind]) {
    print(styled('bold', shown));
    const more = shown === 'figures' ? [ofEveryFigure] : [];
    print(table([...all[shown], ...more].flatMap(lines), '  '));
    print('');
  }
  return EXIT.ok;
}

function lines({ name, summary, source, claims, options, takes }: Listed): string[][] {
  const cited = source === undefined ? summary : `${summary}  ${styled('dim', `[${source}]`)}`;
  const sizes = takes === undefined ? [] : [['', styled('dim', `sizes: those of topology ${topologies({ takes })}`)]];
  return [
    [name, cited],
    ...sizes,
    ...(claims ? [['', styled('dim', claimText(claims))]] : []),
    ...Object.entries(options).map(([key, schema]) => ['', optionText(key, schema as z.ZodType)]),
  ];
}

/** `equals dJ/dθ as β → 0; local: yes; phases: free, nudged; needs symmetric weights: yes` */
const claimText = ({ equals, limit, local, phases, symmetric }: Claims): string =>
  [
    `equals ${equals}${limit === undefined ? '' : ` as ${limit}`}`,
    `local: ${local}`,
    `phases: ${phases}`,
    `needs symmetric weights: ${symmetric}`,
  ].join('; ');

const topologies = (energy: { readonly takes: string }): string =>
  topologiesOf(energy)
    .map(({ name }) => name)
    .join(' or ');

function optionText(key: string, schema: z.ZodType): string {
  const { type, defaultValue } = schema.def as { type: string; defaultValue?: unknown };
  const state = type === 'default' ? ` (default ${brief(defaultValue)})` : schema.isOptional() ? ' (optional)' : '';
  return styled('dim', `${key}${state}${schema.description === undefined ? '' : `: ${schema.description}`}`);
}

function brief(value: unknown): string {
  return typeof value === 'string' ? value : flowText(value);
}

import type { Options, PositionalOptions } from 'yargs';

type Does = (args: never) => number | Promise<number>;

export interface Command {
  /** As it is typed, positionals included. */
  readonly usage: string;
  readonly summary: string;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options?: Readonly<Record<string, Options>>;
  /** The argument that takes the words behind `--`, as they are: they are for another program. */
  readonly handsOn?: string;
  /** Loaded when it is called. */
  load(): Promise<Does>;
}

/** `run` of `run <spec..>`. */
export const nameOf = ({ usage }: Command): string => usage.split(' ')[0];

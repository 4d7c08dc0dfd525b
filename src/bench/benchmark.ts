/** One figure of `eprbp bench`. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** What the machine, or a reference measured in the same run, allows at best. */
  readonly limit?: number;
  /** value/limit. */
  readonly ratio?: number;
}

/** Looks up between two pieces of work. @throws where a signal has come */
export type Breath = () => Promise<void>;

/** A piece of work that is timed for about `seconds` and gives one figure or more. */
export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** It takes so long that it is done only where it is asked for by name. */
  readonly isLong?: boolean;
  run(seconds: number, breath: Breath): Result[] | Promise<Result[]>;
}

export const higher = (name: string, value: number, unit: string, limit?: number): Result => ({
  name,
  value,
  unit,
  better: 'higher',
  ...against(value, limit),
});

export const lower = (name: string, value: number, unit: string, limit?: number): Result => ({
  name,
  value,
  unit,
  better: 'lower',
  ...against(value, limit),
});

function against(value: number, limit: number | undefined) {
  return limit === undefined ? {} : { limit, ratio: value / limit };
}

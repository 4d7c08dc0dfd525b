import type { Location } from '../errors.js';

export type Path = readonly (string | number)[];

/** A YAML (or JSON, which is YAML) file: plain data, and where each part of it stands. */
export interface SourceDocument {
  readonly file: string;
  readonly data: unknown;
  /** Position of the value at `path`, or of the nearest thing above it that exists. */
  locate(path: Path): Location;
  /** Position of the key itself (for an unknown one). */
  locateKey(path: Path, key: string): Location;
}

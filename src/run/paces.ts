/** How long runs take, by what others have taken: those of a size by themselves, of others in proportion to the nearest. */

export class Paces {
  /** Seconds of whole runs, by what such a run comes to. */
  private readonly measured = new Map<number, number[]>();
  private readonly medians = new Map<number, number>();

  /** @param size what a whole run comes to @param share of it, that took so long */
  add(size: number, share: number, seconds: number): void {
    const whole = seconds / share;
    if (!(whole > 0 && size > 0 && Number.isFinite(whole) && Number.isFinite(size))) return;
    const known = [...(this.measured.get(size) ?? []), whole];
    this.measured.set(size, known);
    this.medians.set(size, median(known));
  }

  get count(): number {
    return [...this.measured.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Seconds of a whole run; undefined where none has been measured. */
  of(size: number): number | undefined {
    let [nearest, least] = [Number.NaN, Number.POSITIVE_INFINITY];
    if (this.medians.has(size)) return this.medians.get(size);
    for (const other of this.medians.keys()) {
      const distance = Math.abs(Math.log(size / other));
      if (distance < least) [nearest, least] = [other, distance];
    }
    const known = this.medians.get(nearest);
    return known && (known * size) / nearest;
  }

  /** The least and the most of what was measured, as a share of what is said of it. */
  get spread(): readonly [number, number] {
    const shares = [...this.measured].flatMap(([size, all]) => all.map((seconds) => seconds / this.of(size)!));
    return shares.reduce(([a, b], share) => [Math.min(a, share), Math.max(b, share)], [Infinity, 0] as [
      number,
      number,
    ]);
  }
}

/** The upper one of two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

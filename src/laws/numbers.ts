/** max |a − b| over max |b|: the measure of the oracle files ("of the largest entry"). */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Number.NaN;
  }
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`);
  return difference === 0 ? 0 : difference / largest;
}

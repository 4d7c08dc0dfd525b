/** Lists as they are told in few letters. */

/** Whether these are layers of a network of images: a shape, or a convolution, among others. */
export function isOfLayers(list: readonly unknown[]): boolean {
  const isShape = Array.isArray(list[0]) && !list.every(Array.isArray);
  return isShape || list.some((item) => typeof item === 'object' && item !== null && 'channels' in item);
}

/** With `16×6` for six of 16 in a row, where there are so many at least. */
export function runsOf(items: readonly string[], least = 2): string[] {
  const runs: { readonly item: string; count: number }[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last?.item === item) last.count++;
    else runs.push({ item, count: 1 });
  }
  return runs.flatMap(({ item, count }) => (count < least ? Array<string>(count).fill(item) : [`${item}×${count}`]));
}

/** How many items all lists begin with alike, and how many they end with alike, of what is then left. */
export function sharedEnds(lists: readonly (readonly string[])[]): { readonly first: number; readonly last: number } {
  const least = Math.min(...lists.map(({ length }) => length));
  const alike = (most: number, at: (list: readonly string[], i: number) => string | undefined) => {
    let count = 0;
    while (count < most && lists.every((list) => at(list, count) === at(lists[0], count))) count++;
    return count;
  };
  const first = alike(least, (list, i) => list[i]);
  return { first, last: alike(least - first, (list, i) => list.at(-1 - i)) };
}

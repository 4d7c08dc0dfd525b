/** Patches and pooling cell by cell, as their definitions say: what the kernels are held against. */
import type { Backend, PatchShape, WindowShape } from './backend.js';

/** Every cell of every patch: its place among them, and where in the images its summands are. */
function* cells({ examples, channels, height, width, kernel, stride, padding, pool, rows, cols }: PatchShape) {
  const all = (n: number) => Array.from({ length: n }, (_, i) => i);
  let at = 0;
  for (const e of all(examples))
    for (const i of all(rows))
      for (const j of all(cols))
        for (const c of all(channels))
          for (const ky of all(kernel))
            for (const kx of all(kernel)) {
              const places = all(pool * pool).flatMap((d) => {
                const y = (i * pool + Math.floor(d / pool)) * stride - padding + ky;
                const x = (j * pool + (d % pool)) * stride - padding + kx;
                const inside = y >= 0 && y < height && x >= 0 && x < width;
                return inside ? [((e * channels + c) * height + y) * width + x] : [];
              });
              yield { at: at++, places };
            }
}

/** Every window: where its unit is in the pooled images, and where its entries are in the maps. */
function* windows({ examples, channels, rows, cols, size }: WindowShape) {
  for (let at = 0; at < examples * channels * rows * cols; at++) {
    const [j, i] = [at % cols, Math.floor(at / cols) % rows];
    const [c, e] = [Math.floor(at / (rows * cols)) % channels, Math.floor(at / (rows * cols * channels))];
    const places = Array.from({ length: size * size }, (_, d) => {
      const y = (e * rows + i) * size + Math.floor(d / size);
      return (y * cols * size + j * size + (d % size)) * channels + c;
    });
    yield { at, places };
  }
}

export function convolutions(): Pick<Backend, 'patches' | 'addPatches' | 'pool' | 'unpool'> {
  return {
    patches(shape, image, out) {
      for (const { at, places } of cells(shape))
        out[at] = places.reduce((sum, place) => sum + image[place], 0) / shape.pool ** 2;
    },
    addPatches(shape, patches, image) {
      for (const { at, places } of cells(shape))
        for (const place of places) image[place] += patches[at] / shape.pool ** 2;
    },
    pool(shape, map, routes, given, start, out) {
      for (const { at, places } of windows(shape)) {
        const entries = places.map((place) => map[place]);
        const nan = entries.findLastIndex((entry) => Number.isNaN(entry));
        const largest = nan >= 0 ? nan : entries.indexOf(Math.max(...entries));
        if (routes && !given) routes[at] = largest;
        out[at] = (start?.[at] ?? 0) + entries[routes?.[at] ?? 0];
      }
    },
    unpool(shape, alpha, v, routes, map) {
      map.fill(0);
      for (const { at, places } of windows(shape)) map[places[routes?.[at] ?? 0]] = alpha * v[at];
    },
  };
}

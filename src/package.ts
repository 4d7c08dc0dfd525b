import { existsSync, readFileSync } from 'node:fs';

/** The folder of this package, wherever in it the running code lies (source, build or bundle). */
export const packageRoot: URL = (() => {
  let folder = new URL('./', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('../', folder);
    if (above.href === folder.href)
      throw new Error(`eprbp: ${import.meta.url} lies in no package: keep its folder whole`);
    folder = above;
  }
  return folder;
})();

/** Whether this is the build, or a bundle of it; else it is the source, or what tests are compiled with. */
export const isBuilt = import.meta.url.startsWith(new URL('dist/', packageRoot).href);

/** The version in the package's own package.json. */
export const version: string = JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version;

/**
 * Digest of the kernels and of the modules that compute, made with the build: results of another one may have other
 * numbers. The source itself, run as it is, has none.
 */
export const build: string = (() => {
  const file = new URL('dist/build.json', packageRoot);
  if (!isBuilt) return 'source';
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).build : 'unknown';
})();

/** A file that the package ships; undefined where it is missing. `path` is relative to the package. */
export function packageFile(path: string): Uint8Array<ArrayBuffer> | undefined {
  const file = new URL(path, packageRoot);
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

/**
 * A step of the build: `dist.next/build.json`, the digest of what computes. It is made of the compiled modules that a run's
 * rows come from, bundled and without their comments, of the kernels, and of the versions of the libraries that these use: the
 * same on every machine for the same source, whatever the command line, figures and reports look like.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a row goes through: a run is assembled, its protocol run, its rows written. */
const STDIN = '<stdin>';
const ROOTS = ['run/assemble.js', 'metrics/csv.js', 'numerics/wasm.js', 'backend/backends.js'];

/** What these also use: to find files and write them, to name figures, to check a spec and to complain. */
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/(io|files|figure)\/|\/(errors|text|package|schema|issues|suggest)\.js$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

const { dependencies, optionalDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
);
/** [package, the one version that it may have]. */
const pinned = Object.entries({ ...dependencies, ...optionalDependencies }).sort();

/** @param folder of the compiled package */
export async function digestOf(folder) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: ROOTS.map((root, i) => `export * as m${i} from './${root}';`).join('\n'), resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    plugins: [apart],
    minifyWhitespace: true,
    legalComments: 'none',
  });
  const [{ contents, text }] = outputFiles;
  const versions = pinned
    .filter(([name]) => text.includes(`"${name}"`) || text.includes(`"${name}/`))
    .map((one) => one.join('@'));
  const digest = createHash('sha256')
    .update(contents)
    .update(readFileSync(join(folder, 'numerics/kernels.wasm')));
  digest.update(versions.join('\n'));
  const modules = Object.keys(metafile.inputs)
    .filter((path) => path !== STDIN)
    .map((path) => relative(folder, path));
  return { build: digest.digest('hex').slice(0, 16), modules, versions };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { build: digest } = await digestOf('dist.next');
  writeFileSync('dist.next/build.json', `${JSON.stringify({ build: digest })}\n`);
}

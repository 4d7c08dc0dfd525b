/**
 * `npm run build`: the library, the kernels, the program and the notices of what is bundled with it. All of it is made
 * in a folder beside dist, which takes its place at the end: a build that fails leaves the old one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const NEXT = 'dist.next';

async function main() {
  process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);

  /** `prepare` runs after `npm ci --omit=dev` too, which installs nothing to build with. */
  if (!['typescript', 'assemblyscript', 'esbuild'].every((tool) => existsSync(join('node_modules', tool)))) {
    const built = existsSync('dist/bin/main.js');
    const state = built ? 'the dist that is there stays as it is' : 'there is no dist, so that eprbp does not run';
    console.error(
      `eprbp: nothing to build with (installed with --omit=dev?): ${state}. To build: npm ci, without --omit`,
    );
    process.exit(built ? 0 : 1);
  }

  rmSync(NEXT, { recursive: true, force: true });
  compileTypes();
  await compileKernels();
  await bundlePages();
  const { build: digest } = await digestOf(NEXT);
  writeFileSync(join(NEXT, 'build.json'), `${JSON.stringify({ build: digest })}\n`);
  writeFileSync(join(NEXT, 'THIRD-PARTY-NOTICES.txt'), notices(await bundle()));
  rmSync('dist', { recursive: true, force: true });
  renameSync(NEXT, 'dist');
}

/** The library: JavaScript and declarations. */
function compileTypes() {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--outDir', NEXT], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Where its memory is shared, threads work on it together; the other is for a Node that has no such memory. */
async function compileKernels() {
  const shared = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
  await compileKernelsTo('kernels.wasm', shared);
  await compileKernelsTo('kernels-unshared.wasm', []);
}

const KERNELS = 'src/numerics/kernels/assembly';
/** A file that is nowhere: its text is made of the others'. */
const BOTH = `${KERNELS}/both-precisions.ts`;

async function compileKernelsTo(file, options) {
  const { default: asc } = await import('assemblyscript/asc');
  const both = bothPrecisions();
  const { error, stderr } = await asc.main(
    [
      ...[`${KERNELS}/index.ts`, BOTH, '-o', `${NEXT}/numerics/${file}`],
      ...['--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert', '-O3', ...options],
    ],
    { readFile: (path) => (path === BOTH ? both : existsSync(path) ? readFileSync(path, 'utf8') : null) },
  );
  if (error) throw new Error(stderr.toString());
}

/** For every kernel<T> that index.ts exports: `kernel` with f64 for T, and `kernel32` with f32. */
function bothPrecisions() {
  const files = [...readFileSync(`${KERNELS}/index.ts`, 'utf8').matchAll(/^export \* from '\.\/(.+)';$/gm)];
  return files.map(([, file]) => wrappers(file, readFileSync(`${KERNELS}/${file}.ts`, 'utf8'))).join('\n');
}

function wrappers(file, text) {
  const generic = [...text.matchAll(/^export function (\w+)<T>\(([^)]*)\): (\w+) \{$/gm)];
  const both = generic.flatMap(([, name, parameters, result]) => {
    const names = [...parameters.matchAll(/(\w+):/g)].map(([, one]) => one).join(', ');
    const wrapper = (as, type) =>
      `export function ${as}(${parameters}): ${result} { return generic_${name}<${type}>(${names}); }`;
    return [wrapper(name, 'f64'), wrapper(`${name}32`, 'f32')];
  });
  const imports = generic.map(([, name]) => `${name} as generic_${name}`);
  return [`import { ${imports.join(', ')} } from './${file}';`, ...both].join('\n');
}

/** What pages of results hold: their style, and what they do in a browser, each one text. */
async function bundlePages() {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [...PAGE_SCRIPTS.map((name) => `src/report/runtime/${name}.ts`), ...PAGE_STYLES],
    outdir: `${NEXT}/report/assets`,
    entryNames: '[name]',
    bundle: true,
    minify: true,
    format: 'iife',
    // text of a page is UTF-8
    charset: 'utf8',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    legalComments: 'none',
    tsconfig: 'src/report/runtime/tsconfig.json',
    logLevel: 'warning',
  });
}

const PAGE_SCRIPTS = ['page', 'live', 'picture'];
const PAGE_STYLES = ['style', 'picture/picture', 'picture/drawing'].map((name) => `src/report/${name}.css`);

/** What a row goes through: a run is assembled, its protocol run, its rows written. */
const STDIN = '<stdin>';
const ROOTS = [
  ...['run/work.js', 'metrics/csv.js', 'numerics/wasm.js', 'numerics/kernels/thread.js', 'backend/backends.js'],
];

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

/**
 * The digest of what computes: of the compiled modules that a run's rows come from, bundled and without their comments, of
 * the kernels, and of the versions of the libraries that these use. The same on every machine for the same source, whatever
 * the command line, figures and reports look like.
 * @param folder of the compiled package
 */
export async function digestOf(folder) {
  const { build } = await import('esbuild');
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

/** The program and the processes that it starts, each a file that loads fast. @returns the folders of packages in them. */
async function bundle() {
  const { build } = await import('esbuild');
  const entries = ['cli/main', 'cli/signals', 'run/worker', 'figure/sandbox-main', 'figure/sandbox-guard'];
  // the library is of one piece with the program: what a plugin imports is what runs
  entries.push('index', 'laws/laws', 'plugin/hooks');
  const { metafile } = await build({
    entryPoints: entries.map((entry) => `${NEXT}/${entry}.js`),
    entryNames: '[name]',
    outdir: `${NEXT}/bin`,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // large, or native
    external: ['esbuild', 'mathjs', 'vega', 'vega-interpreter', 'vega-lite', '@resvg/resvg-js'],
    logLevel: 'warning',
    // packages in CommonJS ask for it
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    metafile: true,
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [],
  );
  return [...new Set(folders)].sort();
}

/** @param packages the folders of what is bundled. */
function notices(packages) {
  // its standard library is compiled into the kernels
  const compiledIn = 'node_modules/assemblyscript';
  const fonts = {
    title: 'DejaVu fonts (src/figure/fonts)',
    text: readFileSync('src/figure/fonts/LICENSE.txt', 'utf8'),
  };
  const ofPackages = [...packages, compiledIn].map(noticeOf);
  // of several copies of a version, one
  const all = new Map([...ofPackages, fonts].map((notice) => [notice.title, notice]));
  const sections = [...all.values()].map(
    ({ title, text }) => `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text.trim()}\n`,
  );
  return ['dist and src/figure/fonts hold parts of the following works, under their own licences.\n', ...sections].join(
    '\n',
  );
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`${folder} is bundled, and says no licence`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return { title: `${name} ${version} (${license})`, text: texts.join('\n\n') };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();

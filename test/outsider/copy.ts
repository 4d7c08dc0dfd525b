/** A copy of this program to which an outsider has added a topology and an engine: a file and a line each. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/package.js';

const root = fileURLToPath(packageRoot);

/** Which file goes where, what it exports, and where in the registry it is listed. */
const added = [
  { file: 'conv', room: 'model', name: 'convEntry', axis: 'topologies', key: 'outsider-conv' },
  { file: 'uneven', room: 'engine', name: 'unevenFamily', axis: 'engines', key: 'outsider-uneven' },
];

/** Makes the copy in an empty folder, and compiles it; nothing of it but the two files and the registry differs. */
export function copyInto(folder: string): void {
  for (const name of ['src', 'test', 'package.json', 'ava.config.mjs', 'tsconfig.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(folder, name));
  let registry = readFileSync(join(folder, 'src/registry.ts'), 'utf8');
  for (const { file, room, name, axis, key } of added) {
    const text = readFileSync(join(root, 'test/outsider', `${file}.ts`), 'utf8');
    mkdirSync(join(folder, 'src', room), { recursive: true });
    writeFileSync(join(folder, 'src', room, `outsider-${file}.ts`), text.replaceAll("'../../src/", "'../"));
    const listed = new RegExp(`^  ${axis}: \\{`, 'm');
    if (!listed.test(registry)) throw new Error(`the registry has no ${axis}`);
    registry = registry.replace(listed, `$& '${key}': ${name},`);
    registry = `import { ${name} } from './${room}/outsider-${file}.js';\n${registry}`;
  }
  writeFileSync(join(folder, 'src/registry.ts'), registry);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', 'test'], { cwd: folder, stdio: 'inherit' });
}

/** Runs those laws of the copy whose titles match. */
export function laws(folder: string, files: readonly string[], titles: readonly string[], stdio: 'pipe' | 'inherit') {
  const ava = join(root, 'node_modules/ava/entrypoints/cli.mjs');
  // ava in ava would take itself for its own worker
  const { AVA_PATH, ...env } = process.env;
  const args = [ava, ...files.map((file) => `test/laws/${file}`), ...titles.map((title) => `--match=${title}`)];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', stdio, stdio] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
}

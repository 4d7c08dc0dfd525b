/** Whose work ships in the package, and under which licence, stands in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { root } from '../_support/cli.js';

const notices = readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
const sections = new Map(
  notices
    .split(/^={80}\n(?=\S)/m)
    .slice(1)
    .map((section) => section.split(/\n={80}\n/) as [string, string]),
);
const packageFile = (name: string) => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));

test('every dependency is either loaded as it is or has its notice', (t) => {
  const bundle = join(root, 'dist/bin');
  const code = readdirSync(bundle).map((file) => readFileSync(join(bundle, file), 'utf8'));
  for (const name of Object.keys(packageFile('.').dependencies)) {
    const loaded = code.some((text) => new RegExp(`(from|\\()"${name}[/"]`).test(text));
    const { version, license } = packageFile(`node_modules/${name}`);
    t.is(sections.has(`${name} ${version} (${license})`), !loaded, name);
  }
});

test('every notice has the text of a licence, those of the fonts and of what is compiled in too', (t) => {
  t.true(sections.size >= 20, String([...sections.keys()]));
  for (const [title, text] of sections) t.regex(text, /permission|licen[cs]e/i, title);
  t.true(sections.get('DejaVu fonts (src/figure/fonts)')?.includes('Bitstream'));
  t.true([...sections.keys()].some((title) => title.startsWith('assemblyscript ')));
  // packages of packages, and those that are in twice
  t.true([...sections.keys()].some((title) => title.startsWith('yargs-parser ')));
});

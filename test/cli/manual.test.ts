/**
 * The manual is true: every spec that README and the pages of `eprbp help` show is one, and every command runs. Commands of a
 * page run in a folder that holds its specs, one after another. What takes long runs shorter (below); what needs a cluster, a
 * network, minutes or the source says so in its first line, and is only held to be a command.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { lexer, type Tokens } from 'marked';
import { parse } from 'yaml';
import { understood } from '../../src/cli/arguments.js';
import { nameOf } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands.js';
import { dataCommands } from '../../src/cli/data-commands.js';
import { examples } from '../../src/cli/examples.js';
import { help } from '../../src/cli/help.js';
import { page, topics } from '../../src/cli/manual.js';
import { rendered } from '../../src/cli/markdown.js';
import { fittedCode } from '../../src/cli/markdown-code.js';
import { excerpt } from '../../src/cli/mentions.js';
import { widthOf } from '../../src/cli/terminal.js';
import { plan } from '../../src/plan/plan.js';
import { agentSpecSchema, specSchema } from '../../src/spec/schema.js';
import { finish, root, start, workspace } from '../_support/cli.js';
import { inProcess } from '../_support/in-process.js';
import { commandOf, pages } from '../_support/manual.js';

/** Overrides of specs that would take seconds, and no figure where the same is drawn on many pages. */
const SHORTER: Readonly<Record<string, readonly string[]>> = {
  'training.yaml': [
    'protocol.epochs=1',
    'protocol.cosine_every=5',
    'data.examples=240',
    'data.split.validation=40',
    'data.test=40',
  ],
  'search.yaml': [
    ...['seeds=1', 'sweep.sample.points=3', 'sweep.prune.keep=0.5', 'protocol.epochs=2'],
    ...['data.examples=100', 'data.split.validation=20', 'data.test=20'],
  ],
  'saccades.yaml': ['protocol.networks=2', 'figures=[values-in-trial]'],
  'first.yaml': ['second.steps=20'],
  'truncation.yaml': ['figures=[]'],
  'sweep.yaml': ['seeds=1'],
  'relaxation.yaml': ['network.layers=[10, 12, 5]'],
  'rates.yaml': ['seeds=2', 'protocol.epochs=1'],
};

test('every spec that is shown can be planned', (t) => {
  const work = workspace(t);
  t.true(pages.flatMap(({ files }) => Object.keys(files)).length >= 12);
  for (const { name, files } of pages) {
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(work, file), text);
      // one with a plugin is planned where it runs
      if (file.endsWith('.yaml') && !('plugins' in parse(text)))
        t.notThrows(() => plan(join(work, file)), `${name}: ${file}`);
    }
  }
});

/** Parts are shown as parts of a spec such as this one. */
const around = {
  name: 'around',
  protocol: 'equivalence',
  network: { energy: 'hopfield', layers: [10, 50, 5], activation: 'tanh' },
  data: { name: 'random', examples: 4 },
};

test('every part of a spec that is shown is one', (t) => {
  const parts = pages.flatMap(({ name, parts: all }) => all.map((text) => ({ name, text })));
  t.true(parts.length >= 10);
  for (const { name, text } of parts) {
    const part = parse(text);
    const schema = 'agent' in part ? agentSpecSchema : specSchema;
    t.deepEqual(schema.safeParse({ ...around, ...part }).error?.issues ?? [], [], `${name}: ${text}`);
  }
});

const scripts = pages.flatMap(({ name, scripts: all }) => all.map((script) => ({ name, ...script })));

test('every command that is shown is one', (t) => {
  const { scripts: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const { name, lines, reserved } of scripts) {
    for (const single of lines.flatMap((line) => line.split(' && '))) {
      const [program, ...rest] = commandOf(single).words;
      if (program === 'eprbp') t.notThrows(() => understood(rest), `${name}: ${single}`);
      else {
        // these are of a copy of this program, and a page says so
        t.truthy(reserved, `${name}: ${single}`);
        t.is(program, 'npm', `${name}: ${single}`);
        const script = rest[0] === 'run' ? rest[1] : rest[0];
        t.true(script === 'ci' || script in own, `${name}: ${single}`);
      }
    }
  }
});

test('every command that is shown runs', async (t) => {
  const work = workspace(t);
  for (const { name, files } of pages) {
    mkdirSync(join(work, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(work, name, file), text);
  }
  const calls = scripts
    .filter(({ reserved }) => reserved === undefined)
    .flatMap(({ name, lines, code }) =>
      lines.map((line) => {
        const { words, into } = commandOf(line);
        return {
          name,
          line,
          code,
          call: { folder: join(work, name), words: shorter(words.slice(1)), into } satisfies Call,
        };
      }),
    );
  t.true(calls.length >= 60);
  const [imported, ...results] = await session(
    [pluginsOf(work), ...calls.map(({ call }) => call)],
    join(work, 'results.json'),
  );
  t.is(imported.code, 0, imported.stderr);
  t.is(results.length, calls.length);
  for (const [i, { name, line, code }] of calls.entries())
    t.is(results[i].code, code, `${name}: ${line}\n${results[i].stderr}`);
});

/** The same with fewer examples, epochs, points, one process for a sweep and one thread: no page says what comes of those. */
function shorter([command, ...rest]: readonly string[]): string[] {
  const overrides = ['run', 'plan', 'submit'].includes(command) ? rest.flatMap((word) => SHORTER[word] ?? []) : [];
  const alone = command === 'run' && !rest.includes('--help') ? ['-j', '1'] : [];
  if (alone.length > 0 && !rest.includes('--threads')) alone.push('--threads', '1');
  return [command, ...alone, ...overrides.flatMap((text) => ['-s', text]), ...rest];
}

/** All plugins that are shown are imported, as in a process they are before any spec is read. */
function pluginsOf(work: string): Call {
  const { name, files } = pages.find((page) => page.name.endsWith('plugins.md'))!;
  const modules = Object.keys(files).filter((file) => file.endsWith('.ts'));
  return {
    folder: join(work, name),
    words: ['list', 'costs', ...modules.flatMap((file) => ['--import', `./${file}`])],
  };
}

interface Call {
  readonly folder: string;
  readonly words: readonly string[];
  /** The file that takes stdout. */
  readonly into?: string | undefined;
}

interface Called {
  readonly code: number;
  readonly stderr: string;
}

/** Carries them out in one process of its own. @param to a file for what comes of them. */
async function session(calls: readonly Call[], to: string): Promise<Called[]> {
  const child = start([], root, {
    bin: join(root, 'test/_support/session.mjs'),
    env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
  });
  child.stdin!.end(JSON.stringify({ calls, to }));
  const { code, stderr } = await finish(child);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(readFileSync(to, 'utf8')) as Called[];
}

const names = [...commands.map(nameOf), ...dataCommands.map((command) => `data ${nameOf(command)}`)];

test('the help of every command has two examples, which are commands, and leads into the manual', async (t) => {
  t.deepEqual(Object.keys(examples).sort(), [...names].sort());
  for (const name of names) {
    // in one line each
    const shown = await help(name.split(' '), 400);
    const { examples: two, topics: more } = examples[name];
    t.is(two.length, 2);
    for (const [words, does] of two) {
      const wish = understood(commandOf(words.split(' | ')[0]).words);
      const called = wish.kind === 'call' ? [wish.command] : [commands.find((one) => nameOf(one) === 'help')!];
      t.deepEqual(called.map(nameOf), [name.split(' ').at(-1)], words);
      t.true(words.startsWith(name) && does.length > 4, words);
      t.true(shown.includes(does), `${name} --help: ${does}`);
    }
    for (const topic of more)
      t.true(topics().includes(topic) && shown.includes(`eprbp help ${topic}`), `${name}: ${topic}`);
  }
});

test('the index lists every page once, and no topic is called as a command is', (t) => {
  const listed = [...page().matchAll(/^- \[(.*?)\]\((.*?)\.md\): \S/gm)];
  t.deepEqual(listed.map(([, name]) => name).sort(), topics());
  for (const [, name, file] of listed) t.is(name, file);
  t.deepEqual(
    topics().filter((topic) => names.includes(topic) || topic === 'data'),
    [],
  );
});

test('pages lead to pages and files that there are', (t) => {
  for (const { name } of pages) {
    for (const [, to] of readFileSync(join(root, name), 'utf8').matchAll(/\]\(([^)\s]+)\)/g))
      if (!/^https?:/.test(to)) t.notThrows(() => readFileSync(join(root, dirname(name), to)), `${name}: ${to}`);
  }
});

test('help: a page, its Markdown, and what to type for what there is not', async (t) => {
  const shown = await inProcess('help', 'exit-codes');
  t.is(shown.code, 0);
  t.regex(shown.stdout, /^Exit codes\n\n {2}code +means\n {2}─+ {2}─+\n {2}0 +fine\n/);
  t.is((await inProcess('help', 'exit-codes', '--raw')).stdout, page('exit-codes'));
  t.deepEqual(await inProcess('help', 'data', 'fetch'), await inProcess('data', 'fetch', '--help'));
  const wrong = await inProcess('help', 'trainning');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /no topic 'trainning', .*; did you mean 'training'\?/);
});

test('help of a word that is no topic: the pages that have it, those first that explain it', async (t) => {
  for (const word of ['prune', 'beta', 'shard', 'optdigits', 'confusion', 'softmax', 'learning rate', 'β']) {
    const { code, stdout } = await inProcess('help', ...word.split(' '));
    t.is(code, 0, word);
    // as many pages as have the word, each by name
    const having = topics().filter((topic) => hasWord(page(topic), word));
    const listed = [...stdout.matchAll(/^(\S+): /gm)].map(([, topic]) => topic);
    t.deepEqual([...new Set(listed)].sort(), having, word);
    for (const line of stdout.split('\n')) t.true(widthOf(line) <= 110, line);
  }
  const { stdout } = await inProcess('help', 'SHARD');
  t.regex(stdout, /^.*\n\nsweeps: Shards\n.*\n\nglossary: Glossary\n {2}shard · every n-th run of a sweep\n/);
  for (const nothing of ['xyzzy', '%', '[', '(.*)']) t.is((await inProcess('help', nothing)).code, 2, nothing);
});

/** In a line or across two, from the beginning of a word. */
const hasWord = (text: string, word: string): boolean =>
  new RegExp(`(^|[^\\p{L}\\p{N}])${word.replace(' ', '[\\s_-]+')}`, 'iu').test(text.replace(/\]\([^)]*\)/g, ']'));

test('code that has no room goes on in further lines, and means the same', (t) => {
  const blocks = topics().flatMap((topic) =>
    lexer(page(topic)).filter((token): token is Tokens.Code => token.type === 'code'),
  );
  t.true(blocks.length >= 60);
  for (const { text, lang } of blocks) {
    for (const columns of [50, 76]) {
      const shown = fittedCode(text, lang, columns).join('\n');
      t.is(meaning(shown, lang), meaning(text, lang), shown);
      if (lang === 'yaml')
        t.true(
          shown.split('\n').every((line) => widthOf(line) <= columns || columns === 50),
          shown,
        );
    }
  }
});

/** What a parser reads; of TypeScript what is left without comments and blanks. */
function meaning(code: string, lang: string | undefined): string {
  if (lang === 'yaml') return JSON.stringify(parse(code));
  const bare = code.replace(/\/\*\*[\s\S]*?\*\/|(?<=^|\s)(\/\/|#) .*$/gm, '');
  if (lang === 'sh')
    return bare
      .replace(/ \\\n +/g, ' ')
      .replace(/ *\n+/g, '\n')
      .trim();
  return bare.replace(/\s/g, '');
}

test('an excerpt keeps within its columns and has the word', (t) => {
  const passage = 'Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich';
  for (const word of passage.split(' '))
    for (const columns of [24, 40, 80]) {
      const shown = excerpt(passage, word, columns);
      t.true(shown.length <= columns && shown.includes(word), `${word}, ${columns}: ${shown}`);
    }
});

test('rendered text keeps within its columns, and loses no word of the page', (t) => {
  for (const topic of topics()) {
    const text = page(topic);
    const words = (of: string) => new Set(of.match(/[\p{L}\p{N}]{4,}/gu));
    for (const columns of [72, 110]) {
      const lines = rendered(text, columns);
      const ofCode = lines.filter((line) => line.startsWith('    '));
      t.true(
        lines.every((line) => widthOf(line) <= columns || ofCode.includes(line) || /\S{40}/.test(line)),
        topic,
      );
      const seen = words(lines.join('\n'));
      // addresses, languages of code and what a comment says are not shown
      const wanted = words(text.replace(/\]\([^)]*\)/g, ']').replace(/^```.*$/gm, ''));
      t.deepEqual(
        [...wanted].filter((word) => !seen.has(word)),
        [],
        topic,
      );
    }
  }
});

/** What may come next on a command line: for the shells' completion. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { inert } from '../text.js';
import { type Command, nameOf } from './command.js';
import { commands } from './commands.js';
import { dataCommands } from './data-commands.js';
import { topics } from './manual.js';

/** What only a spec's schema and the registry know; loaded where a key, a value or a name is asked for. */
export interface Vocabulary {
  /** Dotted keys that a spec may have, with the ids of the engines of these specs. */
  keys(specs: readonly string[]): readonly string[];
  /** Values of a key that are names. */
  values(key: string, specs: readonly string[]): readonly string[];
  templates(): readonly string[];
  benchmarks(): readonly string[];
  /** That can be fetched. */
  dataSets(): readonly string[];
}

/**
 * Candidates for the last of the words behind `eprbp`; it may be empty. Those that end in = or / go on without a space. What
 * cannot be shown is not offered: a name that ends a line would be two.
 */
export async function candidates(words: readonly string[], load: () => Promise<Vocabulary>): Promise<string[]> {
  const [first, ...rest] = words;
  const all =
    rest.length === 0
      ? [...commands.map(nameOf), 'data', '--help', '--version']
      : await (first === 'data' ? among(dataCommands, rest, load) : among(commands, words, load));
  return all.filter((candidate) => candidate.startsWith(words.at(-1) ?? '') && inert(candidate) === candidate);
}

/** The names of commands, or what the one that is named takes. */
async function among(
  known: readonly Command[],
  words: readonly string[],
  load: () => Promise<Vocabulary>,
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const command = known.find((one) => nameOf(one) === before.find((other) => !other.startsWith('-')));
  if (command === undefined) return [...known.map(nameOf), '--help'];
  return within(command, before, words.at(-1) ?? '', load);
}

async function within(
  command: Command,
  before: readonly string[],
  word: string,
  load: () => Promise<Vocabulary>,
): Promise<readonly string[]> {
  const option = optionBefore(command, before.at(-1) ?? '');
  if (option !== undefined) return valuesOf(option, before, word, load);
  if (word.startsWith('-')) return optionWords(command);
  const [kind] = Object.entries(command.positionals ?? {});
  if (kind === undefined) return [];
  const [name, { choices }] = kind;
  if (choices !== undefined) return choices.map(String);
  if (name === 'topic') return [...topics(), ...commands.map(nameOf), 'data'];
  if (name === 'set') return (await load()).dataSets();
  if (name === 'template') return (await load()).templates();
  if (name === 'what') return [...(await load()).dataSets(), ...paths(word, /./)];
  return name === 'spec' ? paths(word, /\.(ya?ml|json)$/) : paths(word, /^$/);
}

function optionWords({ options = {} }: Command): string[] {
  return [...Object.keys(options).map((name) => `--${name}`), '--help'];
}

/** The option whose value comes next. */
function optionBefore({ options = {} }: Command, word: string): string | undefined {
  const found = Object.entries(options).find(
    ([name, { alias, nargs }]) =>
      nargs === 1 && [`--${name}`, ...[alias ?? []].flat().map((one) => `-${one}`)].includes(word),
  );
  return found?.[0];
}

async function valuesOf(
  option: string,
  before: readonly string[],
  word: string,
  load: () => Promise<Vocabulary>,
): Promise<readonly string[]> {
  const choices = [...commands, ...dataCommands].flatMap(({ options }) => options?.[option]?.choices ?? []);
  if (choices.length > 0) return [...new Set(choices.map(String))];
  if (option === 'only') return (await load()).benchmarks();
  if (option !== 'set') return paths(word, /./);
  const vocabulary = await load();
  const specs = before.filter((other) => /\.(ya?ml|json)$/.test(other));
  const equals = word.indexOf('=');
  if (equals < 0) return vocabulary.keys(specs).map((key) => `${key}=`);
  const key = word.slice(0, equals);
  return vocabulary.values(key, specs).map((value) => `${key}=${value}`);
}

/** Folders, and files whose names match, that begin as the word does. */
function paths(word: string, wanted: RegExp): string[] {
  const folder = word.endsWith('/') ? word : dirname(word);
  const typed = word.includes('/') ? `${folder.replace(/\/$/, '')}/` : '';
  // a name that begins so would be an option
  const named = (name: string) => (typed === '' ? name.replace(/^-/, './-') : typed + name);
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || wanted.test(entry.name)))
      .map((entry) => named(entry.name) + (entry.isDirectory() ? '/' : ''))
      .sort();
  } catch {
    return [];
  }
}

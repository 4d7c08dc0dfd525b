/** From what is typed to a command and its arguments; what cannot be meant is told, with what could be. */
import type { Options } from 'yargs';
import { UserError } from '../errors.js';
import { STDIN } from '../spec/stdin.js';
import { nearest } from '../spec/suggest.js';
import { meant, quoted } from '../text.js';
import { type Command, nameOf } from './command.js';
import { commands } from './commands.js';
import { dataCommands } from './data-commands.js';

/** What a command line asks for. `path` is the name of a command, `data` before it. */
export type Wish =
  | { readonly kind: 'help'; readonly path: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'call'; readonly command: Command; readonly args: Readonly<Record<string, unknown>> };

/** @throws UserError with the first thing that cannot be meant. */
export function understood(argv: readonly string[]): Wish {
  const { path, command, rest } = commandOf(argv);
  const end = rest.indexOf('--');
  const asked = rest.slice(0, end < 0 ? rest.length : end);
  if (asked.some((word) => word === '--help' || word === '-h')) return { kind: 'help', path };
  if (asked.includes('--version')) return { kind: 'version' };
  if (command === undefined) throw usage(`which ${[...path, 'command'].join(' ')}?`, path);
  const { options, words } = new Reader(command, path).read(rest);
  requireWords(command, words, path);
  if (nameOf(command) === 'help' && namesCommand(words)) return { kind: 'help', path: words };
  return { kind: 'call', command, args: { ...options, ...positionalsOf(command, words) } };
}

/** Words behind `help` that are a command and not a topic ask for what `--help` of it says. */
function namesCommand(words: readonly string[]): boolean {
  const known = [...commands.map(nameOf), 'data', ...dataCommands.map((command) => `data ${nameOf(command)}`)];
  return known.includes(words.join(' '));
}

/** The command that is called, and everything else. */
function commandOf(argv: readonly string[]): { path: string[]; command?: Command; rest: string[] } {
  const rest = [...argv];
  const take = (known: readonly string[], path: readonly string[]): string | undefined => {
    const at = firstWord(rest);
    if (at === undefined) return undefined;
    const [word] = rest.splice(at, 1);
    if (known.includes(word)) return word;
    throw unknownCommand(word, known, path);
  };
  const first = take([...commands.map(nameOf), 'data'], []);
  if (first === undefined) return { path: [], rest };
  if (first !== 'data') return { path: [first], command: commands.find((one) => nameOf(one) === first)!, rest };
  const second = take(dataCommands.map(nameOf), [first]);
  if (second === undefined) return { path: [first], rest };
  return { path: [first, second], command: dataCommands.find((one) => nameOf(one) === second)!, rest };
}

/** Where the first word is that is neither an option nor the value of one. */
function firstWord(argv: readonly string[]): number | undefined {
  const options = optionsOf([...commands, ...dataCommands]);
  for (let i = 0; i < argv.length && argv[i] !== '--'; i++) {
    const word = argv[i];
    if (!word.startsWith('-') || word === '-') return i;
    if (options.get(word)?.takesValue) i++;
  }
  return undefined;
}

function unknownCommand(word: string, known: readonly string[], path: readonly string[]): UserError {
  const name = [...path, 'command'].join(' ');
  const odd = meant(word);
  if (odd) return new UserError({ message: `unknown ${name} ${quoted(word)}`, hint: `it has ${odd.odd}` });
  if (/\.(ya?ml|json)$/.test(word)) return usage(`${quoted(word)} is no command; to run a spec: eprbp run SPEC`, path);
  const near = nearest(word, known);
  if (near === undefined) return usage(`unknown ${name} ${quoted(word)}`, path);
  return new UserError({ message: `unknown ${name} ${quoted(word)}`, hint: `did you mean '${near}'?` });
}

function usage(message: string, path: readonly string[]): UserError {
  return new UserError({ message, hint: `see 'eprbp ${[...path, '--help'].join(' ')}'` });
}

/** An option as it may be typed. */
interface Known {
  readonly name: string;
  readonly takesValue: boolean;
  /** It may be given once. */
  readonly single: boolean;
  readonly choices: readonly string[];
  readonly describe: string;
}

/** By every word that stands for one: `--jobs`, `-j`. */
function optionsOf(chosen: readonly Command[]): Map<string, Known> {
  const all = chosen.flatMap(({ options = {} }) => Object.entries(options));
  return new Map(
    all.flatMap(([name, option]) => {
      const known = knownAs(name, option);
      return [`--${name}`, ...[option.alias ?? []].flat().map((one) => `-${one}`)].map(
        (word) => [word, known] as const,
      );
    }),
  );
}

function knownAs(name: string, { nargs, array, choices = [], describe = '' }: Options): Known {
  const takesValue = nargs === 1;
  return { name, takesValue, single: takesValue && !array, choices: choices.map(String), describe };
}

/** Reads the words behind a command. */
class Reader {
  private readonly known: Map<string, Known>;
  private readonly options: Record<string, unknown>;
  private readonly words: string[] = [];
  private readonly seen = new Set<string>();
  /** Values that are none of those there are. */
  private readonly odd: { name: string; word: string; given: string; choices: readonly string[] }[] = [];

  constructor(
    private readonly command: Command,
    private readonly path: readonly string[],
  ) {
    this.known = optionsOf([command]);
    const defaults = Object.entries(command.options ?? {});
    this.options = Object.fromEntries(defaults.map(([name, option]) => [camel(name), option.default]));
  }

  read(rest: readonly string[]): { options: Readonly<Record<string, unknown>>; words: string[] } {
    const ahead = [...rest];
    for (let word = ahead.shift(); word !== undefined; word = ahead.shift()) {
      if (word === '--') this.behind(ahead.splice(0));
      else if (word === '-') this.words.push(STDIN);
      else if (word.startsWith('--')) this.long(word, ahead);
      else if (word.startsWith('-')) this.short(word, ahead);
      else this.word(word);
    }
    const wrong = this.odd.find(({ name }) => name !== 'backend' || !this.addsNames());
    if (wrong) throw noChoice(wrong.word, wrong.given, wrong.choices);
    return { options: this.options, words: this.words };
  }

  /** What stands behind `--`. */
  private behind(words: readonly string[]): void {
    if (this.command.handsOn === undefined) this.words.push(...words);
    else this.options[this.command.handsOn] = words;
  }

  /** Whether a plugin may bring a backend of another name. */
  private addsNames(): boolean {
    const { import: imported, allowPlugins } = this.options;
    return allowPlugins === true || (Array.isArray(imported) && imported.length > 0);
  }

  /** `--jobs=4`, `--jobs 4`, `--force`, `--no-rerun`. */
  private long(word: string, ahead: string[]): void {
    const [, name, given] = /^--([^=]*)(?:=(.*))?$/s.exec(word)!;
    const option = this.known.get(`--${name}`);
    if (option?.takesValue) {
      this.value(option, `--${name}`, given ?? this.next(option, `--${name}`, ahead));
      return;
    }
    const negated = name.startsWith('no-') ? this.known.get(`--${name.slice(3)}`) : undefined;
    const flag = option ?? (negated?.takesValue ? undefined : negated);
    if (flag === undefined) throw this.unknown(`--${name}`);
    if (given !== undefined && given !== 'true' && given !== 'false')
      throw usage(`--${name} takes no value, got ${quoted(given)}`, this.path);
    this.options[camel(flag.name)] = (option !== undefined) === (given !== 'false');
  }

  /** `-j4`, `-j=4`, `-j 4`, `-s key=value`, `-qj4`. */
  private short(word: string, ahead: string[]): void {
    for (let i = 1; i < word.length; i++) {
      const letter = `-${word[i]}`;
      const option = this.known.get(letter);
      if (option === undefined) throw this.unknown(i === 1 ? word : letter, letter);
      if (!option.takesValue) {
        this.options[camel(option.name)] = true;
        continue;
      }
      const given = word.slice(i + 1).replace(/^=/, '');
      this.value(option, letter, given === '' ? this.next(option, letter, ahead) : given);
      return;
    }
  }

  private word(word: string): void {
    const odd = /^[\u2010-\u2015\u2212]/.test(word) ? meant(word) : undefined;
    // a page makes one dash of two hyphens
    const written = odd && [odd.plain, `-${odd.plain}`].find((plain) => this.known.has(plain.split('=')[0]));
    if (written === undefined) this.words.push(word);
    else throw new UserError({ message: `${quoted(word)} begins with ${odd!.odd}`, hint: `write ${written}` });
  }

  private value({ name, single, choices }: Known, word: string, given: string): void {
    if (single && this.seen.has(name)) throw usage(`--${name} is given more than once`, this.path);
    this.seen.add(name);
    if (choices.length > 0 && !choices.includes(given)) this.odd.push({ name, word, given, choices });
    const before = this.options[camel(name)];
    this.options[camel(name)] = single ? given : [...(before as readonly string[]), given];
  }

  private next({ describe }: Known, word: string, ahead: string[]): string {
    const [next] = ahead;
    const isOption = next !== undefined && (/^--($|[a-z])/i.test(next) || this.known.has(next));
    if (next !== undefined && !isOption) return ahead.shift()!;
    const got = next === undefined || next === '--' ? '' : `, got the option ${quoted(next)}`;
    throw new UserError({ message: `${word} needs a value${got}`, hint: describe });
  }

  private unknown(word: string, letter = word): UserError {
    const near = nearest(word, this.known.keys());
    if (near !== undefined && word.startsWith('--'))
      return new UserError({ message: `unknown option ${word}`, hint: `did you mean ${near}?` });
    const elsewhere = commands.filter((command) => optionsOf([command]).has(letter)).map(nameOf);
    const command = this.path.join(' ');
    if (elsewhere.length > 0)
      return usage(`unknown option ${word}: it is one of ${elsewhere.join(', ')}, not of ${command}`, this.path);
    if (word.startsWith('--') && this.known.has('--set'))
      return usage(`unknown option ${word}: a key of the spec is set by -s ${word.slice(2)}=VALUE`, this.path);
    return usage(`unknown option ${word.startsWith('--') ? word : letter}`, this.path);
  }
}

const camel = (name: string): string => name.replace(/-./g, ([, letter]) => letter.toUpperCase());

/** The words behind a command by the names that they have in its usage: `<a> <b>`, `<spec..>`, `[kind]`. */
function positionalsOf({ usage: typed, positionals = {} }: Command, words: readonly string[]): Record<string, unknown> {
  const slots = slotsOf(typed);
  return Object.fromEntries(
    Object.entries(positionals).map(([name, { default: given }], i) => [
      name,
      slots[i].includes('..') ? words.slice(i) : (words[i] ?? given),
    ]),
  );
}

const slotsOf = (typed: string): string[] => typed.split(' ').slice(1);

function noChoice(what: string, given: string, choices: readonly string[]): UserError {
  const near = nearest(given, choices);
  return new UserError({
    message: `${what} must be ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}, got ${quoted(given)}`,
    ...(near === undefined ? {} : { hint: `did you mean '${near}'?` }),
  });
}

/** As many words as the command takes, each one of those it may be. */
function requireWords(
  { usage: typed, positionals = {} }: Command,
  words: readonly string[],
  path: readonly string[],
): void {
  const slots = slotsOf(typed);
  const least = slots.filter((slot) => slot.startsWith('<')).length;
  const name = path.join(' ');
  if (words.length < least)
    throw usage(`${name} needs ${needed(slots[words.length])}: eprbp ${[...path, ...slots].join(' ')}`, path);
  if (!slots.some((slot) => slot.includes('..')) && words.length > slots.length) {
    const most = slots.length === 0 ? 'nothing' : slots.length === 1 ? 'one word' : `${slots.length} words`;
    throw usage(`${name} takes ${most} behind it, got ${quoted(words[slots.length])} too`, path);
  }
  for (const [i, { choices }] of Object.values(positionals).entries()) {
    const word = words[i];
    if (choices !== undefined && word !== undefined && !choices.map(String).includes(word))
      throw noChoice(name, word, choices.map(String));
  }
}

const needed = (slot: string): string =>
  slot.replace(/^<(\w+).*$/, (_, name: string) => `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`);

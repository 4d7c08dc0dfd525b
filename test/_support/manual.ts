/** What README and the manual show: specs, parts of specs, and commands, page by page. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexer, type Token, type Tokens } from 'marked';
import { root } from './cli.js';

export interface Page {
  readonly name: string;
  /** Specs and modules by the names that their first lines say: `# first.yaml`, `// mine.ts`. */
  readonly files: Readonly<Record<string, string>>;
  /** Parts of specs, which have no name. */
  readonly parts: readonly string[];
  readonly scripts: readonly Script[];
}

/** The lines of a block of commands. */
export interface Script {
  readonly lines: readonly string[];
  /** Why they are not carried out here, in the words of the first line: `# needs a network`. */
  readonly reserved?: string;
  /** `# exits with 1: …` */
  readonly code: number;
}

export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'src/manual')).map((file) => `src/manual/${file}`),
].map(pageOf);

function pageOf(file: string): Page {
  const all: readonly Token[] = lexer(readFileSync(join(root, file), 'utf8'));
  const blocks = all.filter((token): token is Tokens.Code => token.type === 'code');
  const yaml = blocks.filter(({ lang }) => lang === 'yaml').map(({ text }) => text);
  const named = blocks.flatMap(({ text }) => {
    const [, name] = /^(?:#|\/\/) (\S+\.(?:yaml|ts))\n/.exec(text) ?? [];
    return name === undefined ? [] : [[name, text] as const];
  });
  return {
    name: file,
    files: Object.fromEntries(named),
    parts: yaml.filter((text) => !named.some(([, other]) => other === text)),
    scripts: blocks.filter(({ lang }) => lang === 'sh').map(({ text }) => scriptOf(text)),
  };
}

function scriptOf(text: string): Script {
  const [, reserved] = /^# ((?:needs|takes|in a copy) .*)\n/.exec(text) ?? [];
  const [, code] = /^# exits with (\d+)/.exec(text) ?? [];
  const lines = text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');
  return { lines, code: Number(code ?? 0), ...(reserved === undefined ? {} : { reserved }) };
}

/** A line as a shell reads it: words, and the file that takes stdout. */
export function commandOf(line: string): { readonly words: string[]; readonly into?: string } {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare,
  );
  const at = words.indexOf('>');
  return at < 0 ? { words } : { words: words.slice(0, at), into: words[at + 1] };
}

/** The manual: a page for each topic, in Markdown, shipped as it is written. */
import { readdirSync, readFileSync } from 'node:fs';
import { packageRoot } from '../package.js';

const folder = new URL('src/manual/', packageRoot);

/** The page that lists the others. */
const INDEX = 'README';

/** Names of the pages, in alphabetical order. */
export const topics = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.replace(/\.md$/, ''))
    .filter((name) => name !== INDEX)
    .sort();

/** The Markdown of a page; without a topic, of the index. @param topic one of `topics()`. */
export const page = (topic: string = INDEX): string => readFileSync(new URL(`${topic}.md`, folder), 'utf8');

/** What is wrong with YAML, in words for people who write specs: the parser's own speak of nodes, tokens and indicators. */
import type { ErrorCode, YAMLError } from 'yaml';
import type { Issue } from '../errors.js';
import { shortened } from '../text.js';

type Words = Pick<Issue, 'message' | 'hint'>;

const say = (message: string, hint?: string): Words => ({ message, ...(hint === undefined ? {} : { hint }) });

const QUOTE = 'put text that holds such characters in quotes';

/** By the parser's message, where one code stands for several mistakes; the first that fits counts. */
const byMessage: readonly (readonly [RegExp, Words])[] = [
  [/closing ['"]quote/, say('a quote is opened here or before, and never closed')],
  [
    /^Implicit (map )?keys need to be|^Implicit map keys need to be followed/,
    say("a key needs ':' and a space behind it"),
  ],
  [/^Missing space after :/, say("':' needs a space behind it")],
  [/^Missing ,|^Missing , or :/, say('a comma is missing between two items', QUOTE)],
  [/^Unexpected ,/, say('there is a comma too many')],
  [/^Unexpected [:?] in/, say("there is a ':' too many", QUOTE)],
  [/^Unexpected empty item/, say('there is a comma too many')],
  [
    /must be sufficiently indented|Flow (map|sequence) in block collection/,
    say('a bracket is opened and never closed, or closed too far left'),
  ],
  [/^Comments must be separated/, say("'#' needs a space before it", QUOTE)],
  [/directives-end/, say('a line that begins with % stands before --- only', QUOTE)],
  [/Sequence item without - indicator/, say("a list goes on with '- ' in the column of its first item")],
  [
    /^Block scalar header|^Block scalars? /,
    say("'|' or '>' begins text on the lines below: only + - and a digit may follow it", QUOTE),
  ],
  [/^Tags and anchors must be/, say('an anchor (&name) needs a space behind it', QUOTE)],
  [/^Anchors and tags must be after/, say('an anchor (&name) belongs behind the - or : of what it names')],
  [/^Anchor ending in|^Alias ending in/, say("a name with ':' at its end is ambiguous")],
  [/cannot be an empty string/, say("'&' and '*' need a name behind them", QUOTE)],
  [/^Nested mappings are not allowed/, say("there are two ': ' in one line", QUOTE)],
];

const byCode: Partial<Record<ErrorCode, Words>> = {
  ALIAS_PROPS: say('an alias (*name) takes no anchor and no tag'),
  BAD_COLLECTION_TYPE: say('this tag does not fit what it stands before', 'leave it out'),
  BAD_INDENT: say('this does not stand in the column of its neighbours', 'what belongs together begins in one column'),
  BAD_PROP_ORDER: say('an anchor (&name) belongs behind the - or : of what it names'),
  BLOCK_AS_IMPLICIT_KEY: say("there are two ': ' in one line", QUOTE),
  BLOCK_IN_FLOW: say('inside [ ] and { } items are separated by commas, not by lines'),
  KEY_OVER_1024_CHARS: say('a key is longer than 1024 characters'),
  MISSING_CHAR: say('something is missing before this'),
  MULTILINE_IMPLICIT_KEY: say("a key stands on one line, with ':' behind it"),
  MULTIPLE_ANCHORS: say('there are two anchors (&name) here'),
  MULTIPLE_TAGS: say('there are two tags here', 'leave them out'),
  NON_STRING_KEY: say('a key must be text'),
  RESOURCE_EXHAUSTION: say('this is nested too deeply'),
  TAB_AS_INDENT: say('there is a tab where spaces are expected', 'YAML is indented with spaces'),
  TAG_RESOLVE_FAILED: say('this tag does not fit what it stands before', 'leave it out'),
};

/** The parser quotes what it did not expect, which may be the rest of the file. */
const LONGEST = 40;

export function wordsOf({ code, message }: YAMLError): Words {
  const found = byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? byCode[code];
  if (found !== undefined) return found;
  const [, quoted = ''] = /character ?(.*)|escape sequence (.*)/.exec(message) ?? [];
  if (code === 'BAD_SCALAR_START')
    return say(`a value cannot begin with ${shortened(quoted, LONGEST)}`, 'put it in quotes');
  if (code === 'BAD_DQ_ESCAPE')
    return say('a backslash in double quotes begins an escape, and this is none', 'use single quotes, or \\\\');
  return say(`this is not expected here${rest(message)}`, `is a ',' or a bracket missing? ${QUOTE}`);
}

/** What it was, where the parser quotes it. */
function rest(message: string): string {
  const [, token] = /: (".*")$/s.exec(message) ?? [];
  return token === undefined ? '' : `: ${shortened(token, LONGEST)}`;
}

/**
 * Graphs in files of their own, `edges: {file: net.json}`. What is in the file stands in the spec in place of its name
 * before anything looks at it: contents are part of a run's identity, and a resolved spec needs no file but itself.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { type Location, UserError } from '../errors.js';
import { KINDS } from '../io/kinds.js';
import { readText } from '../io/read.js';
import { parseSource } from './document.js';
import { show } from './issues.js';
import type { Draft } from './overrides.js';
import type { Path, SourceDocument } from './source-document.js';
import { suggestion } from './suggest.js';

/** What a file may say of a graph; a list alone is that of the edges. */
const KEYS = ['edges', 'positions', 'nodes'];

interface GraphFile {
  readonly parts: Readonly<Record<string, unknown>>;
  locate(path: Path): Location;
  locateKey(path: Path, key: string): Location;
}

/** Reads graph files, each once: all points of a sweep see the same contents. */
export class GraphFiles {
  private readonly known = new Map<string, GraphFile>();

  /** The draft with the contents of its graph file in place, told with their places there. @throws UserError */
  filled(draft: Draft): Draft {
    const network = (draft.data as { network?: Record<string, unknown> } | null)?.network;
    const name = fileIn(network?.['edges']);
    if (name === undefined) return draft;
    const { parts, locate, locateKey } = this.read(name, draft);
    const twice = Object.keys(parts).filter((key) => key !== 'edges' && network?.[key] !== undefined);
    if (twice.length > 0) {
      throw new UserError(
        twice.map((key) => ({
          where: draft.locate(['network', key]),
          message: `network: ${name} has ${key}, too; leave one of them out`,
        })),
      );
    }
    const inFile = ([part, key]: Path) => part === 'network' && Object.hasOwn(parts, String(key));
    return {
      file: draft.file,
      data: { ...(draft.data as object), network: { ...network, ...parts } },
      locate: (path) => (inFile(path) ? locate(path.slice(1)) : draft.locate(path)),
      locateKey: (path, key) => (inFile(path) ? locateKey(path.slice(1), key) : draft.locateKey(path, key)),
    };
  }

  private read(name: string, draft: Draft): GraphFile {
    const path = isAbsolute(name) ? name : join(dirname(draft.file), name);
    let file = this.known.get(path);
    if (file === undefined) {
      file = graphIn(textOf(path, draft), path);
      this.known.set(path, file);
    }
    return file;
  }
}

/** The file of `{file: net.json}`; what else stands there is the schema's matter. */
function fileIn(edges: unknown): string | undefined {
  if (typeof edges !== 'object' || edges === null || Object.keys(edges).length !== 1) return undefined;
  const { file } = edges as { file?: unknown };
  return typeof file === 'string' ? file : undefined;
}

function textOf(path: string, draft: Draft): string {
  try {
    return readText(path, KINDS.graph);
  } catch (error) {
    if (!(error instanceof UserError) || error.issues[0].message !== 'no such file') throw error;
    throw new UserError({
      where: draft.locate(['network', 'edges', 'file']),
      message: `graph file ${path}: no such file`,
    });
  }
}

function graphIn(text: string, path: string): GraphFile {
  const document = parseSource(text, path);
  const { data, locate, locateKey } = document;
  if (Array.isArray(data)) {
    return {
      parts: { edges: data },
      locate: (inside) => locate(inside.slice(1)),
      locateKey: (inside, key) => locateKey(inside.slice(1), key),
    };
  }
  checkMap(document);
  return { parts: data as Record<string, unknown>, locate, locateKey };
}

/** @throws UserError */
function checkMap({ data, locate, locateKey }: SourceDocument): void {
  const isMap = typeof data === 'object' && data !== null;
  if (!isMap || !Array.isArray((data as { edges?: unknown }).edges)) {
    const got = isMap ? (data as { edges?: unknown }).edges : data;
    const message = 'must be a list of edges, [[0, 1], …], or a map, {"edges": [[0, 1], …], "positions": [[x, y], …]}';
    throw new UserError({
      where: locate(isMap ? ['edges'] : []),
      message: got === undefined ? message : `${message}, got ${show(got)}`,
    });
  }
  const unknown = Object.keys(data).filter((key) => !KEYS.includes(key));
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map((key) => ({
      where: locateKey([], key),
      message: `unknown key '${key}' of a graph`,
      hint: suggestion(key, KEYS),
    })),
  );
}

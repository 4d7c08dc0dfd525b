/**
 * Remembers what a function of records gives, by what it has looked at in them: the points of a sweep share most of their
 * parts, and whatever looks at shared ones alone is computed once. It must look at the records key by key, and give the
 * same for the same.
 */
export class Tracked<R> {
  private readonly root: Node<R> = { next: new Map() };

  /** @param records what `compute` is given, each key that it looks at noted. */
  of<T extends readonly object[]>(records: T, compute: (...watched: T) => R): R {
    let node: Node<R> | undefined = this.root;
    while (node?.look) node = node.next.get(read(records, node.look));
    if (node?.result) return node.result.value;
    const looks: Look[] = [];
    const watched = records.map((record, i) => watch(record, i, looks)) as unknown as T;
    const value = compute(...watched);
    this.learn(records, looks, value);
    return value;
  }

  private learn(records: readonly object[], looks: readonly Look[], value: R): void {
    let node = this.root;
    for (const look of looks) {
      node.look ??= look;
      const found = read(records, look);
      const next: Node<R> = node.next.get(found) ?? { next: new Map() };
      node.next.set(found, next);
      node = next;
    }
    node.result = { value };
  }
}

/** A key of one of the records, or all its keys. */
interface Look {
  readonly record: number;
  readonly key: string | typeof KEYS;
}

const KEYS = Symbol('keys');

/** What is looked at next, and where each answer leads. */
interface Node<R> {
  look?: Look;
  readonly next: Map<unknown, Node<R>>;
  result?: { readonly value: R };
}

function read(records: readonly object[], { record, key }: Look): unknown {
  const target = records[record];
  return key === KEYS ? Object.keys(target).join('\n') : (target as Record<string, unknown>)[key as string];
}

function watch<T extends object>(target: T, record: number, looks: Look[]): T {
  const note = (key: Look['key']) => {
    if (!looks.some((look) => look.record === record && look.key === key)) looks.push({ record, key });
  };
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === 'string') note(key);
      return Reflect.get(target, key);
    },
    has(_, key) {
      note(KEYS);
      return Reflect.has(target, key);
    },
    ownKeys() {
      note(KEYS);
      return Reflect.ownKeys(target);
    },
  });
}

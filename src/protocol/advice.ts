/** From a symptom to a sentence: what was found, and what to do about it in the spec at hand. */

/**
 * The keys of a spec that may be changed where advice is given, dotted, with their values; `engine.` stands before those
 * of the engine that is spoken of. A key that would change nothing there (`second.step` of a map) is none. `tensors.length`
 * are the names of the parameters that are lengths, and so on for each kind that the network has.
 */
export type Settings = ReadonlyMap<string, unknown>;

/** `{free.step}` in it stands for the value of a key: it is advice for specs only that have all keys so named. */
export type Text = string;

/** Something to do; where it does not suit all that can be found, `fits` says what it suits. */
export type Remedy<F> = Text | { fits?(found: F, at: Settings): boolean; readonly say: Text | ((found: F) => Text) };

/** What can be the matter. F is what is found then: sizes, counts, names. */
export interface Symptom<F> {
  says(found: F): string;
  /** The most promising first. */
  readonly remedies: readonly Remedy<F>[];
  /** For whom none of them fits. */
  readonly otherwise: Text;
}

export function symptom<F>(says: Symptom<F>['says'], remedies: readonly Remedy<F>[], otherwise: Text): Symptom<F> {
  return { says, remedies, otherwise };
}

/** A remedy for some of what can be found. */
export function where<F>(fits: (found: F, at: Settings) => boolean, say: Text | ((found: F) => Text)): Remedy<F> {
  return { fits, say };
}

/** Nobody tries more. */
const MOST = 3;

/** One sentence: what is the matter, and what to do, or what else. */
export function advise<F>({ says, remedies, otherwise }: Symptom<F>, found: F, at: Settings): string {
  const fitting = remedies.flatMap((remedy): string[] => {
    const { say, fits } = typeof remedy === 'string' ? { say: remedy } : remedy;
    if (fits && !fits(found, at)) return [];
    const text = typeof say === 'string' ? say : say(found);
    return keysIn(text).every((key) => at.has(key)) ? [filled(text, at)] : [];
  });
  const said = says(found);
  const chosen = fitting.length > 0 ? fitting.slice(0, MOST) : [otherwise];
  return `${said}${said.includes(': ') ? ';' : ':'} ${chosen.join(', or ')}`;
}

const VALUE = /\{([a-z_.]+)\}/g;

/** The keys that a text needs. */
export function keysIn(text: Text): string[] {
  return [...text.matchAll(VALUE)].map(([, key]) => key);
}

function filled(text: Text, at: Settings): string {
  return text.replace(VALUE, (_, key: string) => {
    const value = at.get(key);
    return Array.isArray(value) ? `[${value.map(nameOf).join(', ')}]` : nameOf(value);
  });
}

export const brief = (value: number): string => String(Number(value.toPrecision(2)));
export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

const nameOf = (value: unknown): string => String((value as { name?: unknown } | null | undefined)?.name ?? value);

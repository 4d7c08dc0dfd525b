/** The figures that `plot --only` names. */
import { UserError } from '../errors.js';
import { figureNames } from '../figure/draw.js';
import { type FigureRequest, figures } from '../figure/figures.js';
import { suggestion } from '../spec/suggest.js';

export interface Chosen {
  readonly name: string;
  readonly request: FigureRequest;
}

/** Those of a name, with the names that `run` gave them; one that the spec does not ask for is drawn with its defaults. @throws UserError */
export function chosenOf(asked: readonly FigureRequest[], only: readonly string[]): Chosen[] {
  const names = figureNames(asked);
  const all = asked.map((request, i): Chosen => ({ name: names[i], request }));
  if (only.length === 0) return all;
  return only.flatMap((name) => {
    const found = all.filter((one) => one.name === name || one.name.replace(/-\d+$/, '') === name);
    if (found.length > 0) return found;
    const known = [...new Set([...names, ...Object.keys(figures)])];
    if (!Object.hasOwn(figures, name))
      throw new UserError({ message: `--only: no figure '${name}'`, hint: suggestion(name, known) });
    return [{ name, request: { name } as FigureRequest }];
  });
}

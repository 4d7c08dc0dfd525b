import * as z from 'zod';
import { entry } from '../entry.js';
import type { Random } from '../numerics/random.js';
import { drawn, type Occasion, type Play, type Task } from './task.js';

const options = {
  lessons: z
    .int()
    .min(1)
    .max(5)
    .default(5)
    .describe(
      '1: digit, A or B, X or Y · 2: another digit before · 3: distractors after the digit · 4: after A or B · 5: anywhere',
    ),
  reward: z.number().default(1.5).describe('reward of the right answer to X or Y'),
};

type Options = z.output<z.ZodObject<typeof options>>;

const [HOLD, GO] = [0, 1];
const BITS = 7;
const DISTRACTORS = 'QRAB';

/** Digits and letters as seven bits, digits from 64 on, letters from 26 on: any code that tells them apart would do. */
const codeOf = (symbol: string): number =>
  symbol <= '9' ? 64 + Number(symbol) : 26 + symbol.charCodeAt(0) - 'A'.charCodeAt(0);

/**
 * 12-AX, trial by trial: go at an X that follows an A while the last digit was 1, and at a Y that follows a B while it was 2; hold at
 * everything else. A wrong answer ends the trial, and so does the first X or Y. Lessons add to what stands before it;
 * from the third on half of the trials are of the last lesson, the others of earlier ones.
 */
function twelveAx({ lessons, reward }: Options): Task {
  return {
    name: '12-ax',
    inputs: BITS,
    actions: 2,
    names: ['hold', 'go'],
    kinds: ['go', 'hold'],
    longest: [3, 4, 6, 8, 12][lessons - 1],
    lessons,
    play: () => new TwelveAx(reward),
  };
}

class TwelveAx implements Play {
  readonly x = new Float64Array(BITS);
  reward = 0;
  over = false;
  success = false;
  kind = 0;
  private symbols: string[] = [];
  private at = 0;

  constructor(private readonly paid: number) {}

  begin(random: Random, { lesson }: Occasion, kind = drawn(random, 2)): void {
    this.symbols = sequence(random, levelOf(random, lesson), kind);
    [this.at, this.reward, this.over, this.success] = [0, 0, false, false];
    this.kind = isGo(this.symbols, this.symbols.length - 1) ? 0 : 1;
    this.show();
  }

  act(action: number): void {
    const { symbols, at } = this;
    this.reward = 0;
    const last = at === symbols.length - 1;
    this.over = last || action === GO;
    if (last) this.success = action === (isGo(symbols, at) ? GO : HOLD);
    if (this.success) this.reward = this.paid;
    if (this.over) return;
    this.at++;
    this.show();
  }

  private show(): void {
    const code = codeOf(this.symbols[this.at]);
    for (let bit = 0; bit < BITS; bit++) this.x[bit] = (code >> (BITS - 1 - bit)) & 1;
  }
}

/** From 0: the lesson itself, or (half of the time from the third on) an earlier one. */
function levelOf(random: Random, lesson: number): number {
  if (lesson < 2) return drawn(random, lesson + 1);
  return random.uniform() < 0.5 ? lesson : drawn(random, lesson);
}

function isGo(symbols: readonly string[], at: number): boolean {
  const digit = symbols.findLast((symbol) => symbol <= '9');
  return symbols[at] === (digit === '1' ? 'X' : 'Y') && symbols[at - 1] === (digit === '1' ? 'A' : 'B');
}

const GOES = ['1AX', '2BY'];
const HOLDS = ['1AY', '1BX', '1BY', '2AX', '2AY', '2BX'];

function sequence(random: Random, level: number, kind: number): string[] {
  const of = (list: string | readonly string[]) => list[drawn(random, list.length)];
  const symbols = [...of(kind === 0 ? GOES : HOLDS)];
  const scatter = (count: number, place: () => number) => {
    for (let i = 0; i < count; i++) symbols.splice(place(), 0, of(DISTRACTORS));
  };
  if (level === 1 || (level > 1 && random.uniform() < 0.5)) symbols.unshift(of('12'));
  if (level >= 2) scatter(1 + drawn(random, 2), () => symbols.length - 2);
  if (level >= 3) scatter(1 + drawn(random, 2), () => symbols.length - 1);
  if (level >= 4) scatter(2 + drawn(random, 3), () => drawn(random, symbols.length - 1));
  return symbols;
}

export const twelveAxEntry = entry({
  name: '12-ax',
  summary:
    'the last digit says which pair of letters asks for an answer, in up to five lessons: 7 inputs, actions hold, go',
  source: 'Kruijne, Bohte, Roelfsema & Olivers 2021',
  options,
  examples: [{ lessons: 1 }, { lessons: 5 }],
  create: twelveAx,
});

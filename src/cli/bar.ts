import { Presets, SingleBar } from 'cli-progress';
import { inert } from '../text.js';

/** What a bar shows beside itself: text of anybody, and numbers. */
export type Facts = Readonly<Record<string, string | number>>;

/** A progress bar on stderr. `format` names its facts in braces. */
export class Bar {
  private readonly bar: SingleBar;

  constructor(format: string) {
    this.bar = new SingleBar(
      {
        format,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        // the default swallows Ctrl-C
        gracefulExit: false,
        barsize: 24,
        fps: 10,
        etaBuffer: 20,
      },
      Presets.shades_classic,
    );
  }

  start(total: number, facts: Facts): void {
    this.bar.start(total, 0, shown(facts));
  }

  update(value: number, facts: Facts = {}): void {
    this.bar.update(value, shown(facts));
  }

  /** Other facts at the same place. */
  tell(facts: Facts): void {
    this.bar.update(shown(facts));
  }

  stop(): void {
    this.bar.stop();
  }
}

function shown(facts: Facts): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, inert(String(value))]));
}

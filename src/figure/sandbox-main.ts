/** The process in which figures are drawn apart: takes one order after the other, and ends with the process that gave them. */
import { Worker } from 'node:worker_threads';
import { type Issue, RunError, UserError } from '../errors.js';
import { leaveSignals } from '../io/signals.js';
import type { FigureRequest } from './figures.js';
import { drawPicture, type Picture } from './picture.js';
import { openSource } from './source.js';

/** What to draw, of which runs (directories). */
export interface Order {
  readonly runs: readonly string[];
  readonly request: FigureRequest;
}

export type Answer =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'drawn' } & Picture)
  | { readonly kind: 'refused'; readonly issues: readonly Issue[] }
  | { readonly kind: 'failed'; readonly message: string };

const tell = (answer: Answer) => process.connected && process.send!(answer);

async function draw({ runs, request }: Order): Promise<Answer> {
  try {
    return { kind: 'drawn', ...(await drawPicture(openSource(runs), request)) };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'refused', issues: error.issues };
    if (error instanceof RunError) return { kind: 'failed', message: error.message };
    throw error;
  }
}

leaveSignals();
process.on('message', (order: Order) => void draw(order).then(tell));
new Worker(new URL('./sandbox-guard.js', import.meta.url), { argv: process.argv.slice(2) }).unref();
// the time of a figure is not spent on loading
await Promise.all([import('vega'), import('vega-lite'), import('vega-interpreter'), import('@resvg/resvg-js')]);
tell({ kind: 'ready' });

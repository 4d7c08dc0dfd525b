/** The page of an experiment. */
import { version } from '../package.js';
import { counted } from '../text.js';
import { documentOf } from './document.js';
import type { Experiment } from './experiment.js';
import { type Html, html, typeset } from './html.js';
import { assertions, origin, type Place, repeat, runs, summary, warnings } from './parts.js';
import { figures } from './plots.js';

export interface Liveness {
  /** Whether it is served while runs go on. */
  readonly live: boolean;
  /** Runs that have begun and not finished. */
  readonly atWork: number;
}

export function pageOf(experiment: Experiment, { live, atWork }: Liveness = { live: false, atWork: 0 }): string {
  const { contents, style } = article({ prefix: '', level: 2 }, experiment);
  const body = html`<a class="skip" href="#main">To the results</a>
<header>
<p class="over"><a href="../${live ? '' : 'index.html'}">All experiments</a> <span aria-hidden="true">/</span> <code>${experiment.name}</code></p>
<h1>${typeset(experiment.heading)}</h1>
</header>
<main id="main">
${atWork > 0 && html`<p class="note">${counted(atWork, 'run')} at work: this page shows them as they finish.</p>`}
${lead(experiment)}
${experiment.picture?.html}
${contents}</main>
${footer}`;
  const sections = experiment.picture ? [experiment.picture] : [];
  return documentOf({ title: experiment.heading, body, style, sections, live });
}

export const footer = html`<footer><p>Written by eprbp ${version} from the files of the runs alone.</p></footer>`;

/** The finding, and what was done, in a line each. */
export function lead({ finding, heading, source, runs: all, judged, warnings: told, standing }: Experiment): Html {
  const verdicts = judged.flatMap((one) => one.verdicts);
  const failed = verdicts.filter(({ passed }) => !passed).length;
  const diverged = all.filter(({ record }) => record.status === 'diverged').length;
  const pruned = all.filter(({ record }) => record.pruned).length;
  const facts = [
    counted(all.length, 'run'),
    pruned > 0 && `${pruned} pruned`,
    diverged > 0 && html`<span class="no">✗ ${diverged} diverged</span>`,
    verdicts.length > 0 &&
      (failed === 0
        ? html`<span class="yes">✓ ${counted(verdicts.length, 'assertion')} hold</span>`
        : html`<span class="no">✗ ${failed} of ${counted(verdicts.length, 'assertion')} failed</span>`),
    told.length > 0 && counted(told.length, 'warning'),
  ].filter((fact) => fact !== false);
  return html`${finding === heading ? '' : html`<p class="finding">${typeset(finding)}</p>`}
<ul class="facts">${facts.map((fact) => html`<li>${fact}</li>`)}</ul>
${standing !== undefined && html`<p class="note">${standing}</p>`}
${source === undefined ? '' : html`<p class="source">${source}</p>`}`;
}

/** All below the lead. */
export function article(place: Place, experiment: Experiment): { contents: Html; style: string } {
  const drawn = figures(place, experiment);
  const contents = html`${warnings(place, experiment)}${drawn.html}${summary(place, experiment)}${runs(place, experiment)}${assertions(place, experiment)}${repeat(place, experiment)}${origin(place, experiment)}`;
  return { contents, style: drawn.style };
}

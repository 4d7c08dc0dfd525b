/**
 * The paper in one picture: both networks and their processes over time. A section for a page, from the results of one run;
 * whole without its script, which only moves what is drawn.
 */
import type { FinishedRun } from '../../metrics/record.js';
import { asset, type Section } from '../document.js';
import { type Html, html } from '../html.js';
import { castOf } from './cast.js';
import { drawing, standalone } from './draw.js';
import { type Film, filmOf } from './film.js';
import { pageData, peaksOf } from './pack.js';
import { caption, chapters, findingOf, lead, numbers } from './words.js';

/** A section, what it shows in a sentence, and the same as an image that needs no page. */
export interface PictureSection extends Section {
  readonly finding: string;
  readonly svg: string;
}

/** Of the first of some runs that has all that it needs; undefined where none has. @throws RunError */
export async function pictureOf(runs: readonly FinishedRun[]): Promise<PictureSection | undefined> {
  for (const run of runs.filter(({ record }) => castOf(record) !== undefined)) {
    const film = await filmOf(run);
    if (film) return sectionOf(film);
  }
  return undefined;
}

function sectionOf(film: Film): PictureSection {
  const peaks = peaksOf(film);
  return {
    html: html`<section class="picture" id="picture" aria-labelledby="picture-title">
<h2 id="picture-title" class="hidden">A network at rest, gently pulled, computes its own error derivatives</h2>
${lead(film)}
${chapters(film)}
${controls(film)}
<div class="stage">${drawing(film, peaks, 'wide')}${drawing(film, peaks, 'tall')}</div>
${caption(film)}
${numbers(film)}
<template id="picture-data">${JSON.stringify(pageData(film, peaks))}</template>
</section>
`,
    finding: findingOf(film),
    style: asset('picture.css'),
    script: asset('picture.js'),
    svg: standalone(film, asset('drawing.css')),
  };
}

function controls({ engines }: Film): Html {
  const choices = engines.map(
    ({ id, name }, k) =>
      html`<label><input type="radio" name="nudge" value="${id}"${k === 0 && html` checked`}><span>${name}</span></label>`,
  );
  return html`<div class="controls"><button type="button" id="play" aria-pressed="false">Play</button><label class="hidden" for="time">Time</label><input type="range" id="time" min="0" max="1" value="0" step="1"><output id="clock" for="time"></output></div>
<div class="controls two"><fieldset><legend>Pull, <i>β</i></legend>${choices}</fieldset><p class="gapis">largest gap so far <strong id="gap"></strong></p><p class="follow"><label for="unit">Follow</label> <select id="unit"><option value="">a unit</option></select> <output id="reading" for="unit"></output></p></div>`;
}

/** A whole page: one file that asks for nothing, and whose rule for the browser says so. */
import { createHash } from 'node:crypto';
import { RunError } from '../errors.js';
import { darkHues } from '../figure/dress.js';
import { fontFaces } from '../figure/fonts.js';
import { packageFile } from '../package.js';
import { type Html, html } from './html.js';

/** A part of a page with what it needs: the picture, for one. */
export interface Section {
  readonly html: Html;
  /** CSS, added to that of the page; of the program's own making. */
  readonly style: string;
  /** JavaScript, run after that of the page; of the program's own making. */
  readonly script: string;
}

export interface Document {
  /** In one line: of the window, of a bookmark. */
  readonly title: string;
  readonly body: Html;
  /** Rules of this page alone. */
  readonly style?: string;
  readonly sections?: readonly Section[];
  /** Whether it listens to who serves it, and shows what is new. */
  readonly live?: boolean;
}

/** What the build has made of src/report/runtime and style.css. @throws RunError */
export function asset(name: string): string {
  const path = `dist/report/assets/${name}`;
  const bytes = packageFile(path);
  if (bytes === undefined) throw new RunError(`${path} is missing from this installation of eprbp: npm run build`);
  return new TextDecoder().decode(bytes).trim();
}

export function documentOf({ title, body, style = '', sections = [], live = false }: Document): string {
  const svgs = body.text.match(/<svg [\s\S]*?<\/svg>/g) ?? [];
  const fonts = svgs.length > 0 ? fontFaces(...svgs) : '';
  const css = [fonts, darkHues(...svgs), asset('style.css'), style, ...sections.map((section) => section.style)].join(
    '',
  );
  const scripts = [asset(live ? 'live.js' : 'page.js'), ...sections.map(({ script }) => script)];
  const js = scripts.filter((script) => script !== '').join('\n');
  requireInside(css, 'style');
  requireInside(js, 'script');
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(css, js, live)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="eprbp">
<title>${title}</title>`;
  return `${head.text}
<style>${css}</style>
</head>
<body>
${body.text}
<script>${js}</script>
</body>
</html>
`;
}

/** Nothing but what stands in the page: no request, no form, no frame, no script or style of somebody else. */
function policy(css: string, js: string, live: boolean): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    'img-src data:',
    'font-src data:',
    `style-src ${hash(css)}`,
    `script-src ${hash(js)}`,
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The hash is of what the browser finds between the tags. */
function requireInside(text: string, element: 'style' | 'script'): void {
  if (/<\/(style|script)|<!--|\r/i.test(text)) throw new Error(`this ${element} cannot stand in a page`);
}

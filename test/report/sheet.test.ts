/** Tables in every format. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { moments } from '../../src/metrics/statistics.js';
import { csvOf } from '../../src/report/sheet/csv.js';
import { latexOf } from '../../src/report/sheet/latex.js';
import { inLatex } from '../../src/report/sheet/latex-text.js';
import { markdownOf } from '../../src/report/sheet/markdown.js';
import { numberText } from '../../src/report/sheet/numbers.js';
import type { Sheet } from '../../src/report/sheet/sheet.js';
import { quick, workspace, writeSpec } from '../_support/cli.js';
import { inProcess, runHere } from '../_support/in-process.js';
import { search } from '../_support/search.js';

const nasty = [
  String.raw`\input{/etc/passwd} \\ $x$ & # % _ ^ ~ {} "q" 'p' <a> | [b] * -- --- \begin{x`,
  '[0]',
  '*',
  'é ü ñ ł ø ß Ế 数 😀 \u0301 β_1 s⁰ 10⁻³ W₁₂ ½ → ∞ ‖·‖ — – … “q” ‘p’ Ω Γ ο \u202e',
  'a|b\n| c | `d` <script> [l](javascript:0) **x** $y$ &lt;',
  '=cmd, "two" lines\r\nhere',
  '%',
];

const hostile: Sheet = {
  caption: `one\n\\end{x} ${nasty[0]}`,
  head: [
    [
      { text: '', span: 1 },
      { text: nasty[0], span: 2 },
    ],
    nasty.slice(3, 6).map((text) => ({ text, span: 1 })),
  ],
  names: 1,
  lines: nasty.map((text) => [
    { text },
    { text: '(1.2 ± 0.3)×10⁻⁵', moments: moments([1, 2]), bold: true },
    { text: '−3', moments: moments([-3]) },
  ]),
  notes: [nasty[4]],
};

test('whatever names are, a table in Markdown has its lines and cells, and nothing in it is a tag, a link or bold', (t) => {
  const text = markdownOf(hostile);
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  t.is(lines.length, 2 + nasty.length);
  for (const line of lines) t.is(line.replaceAll(/\\./g, '').split('|').length, 5, line);
  t.notRegex(text, /(?<!\\)(<script|`d`|\[l\]|\*\*x|\$y)/);
  t.is(text.split('**').length, 1 + 2 * nasty.length);
});

test('in CSV a parser finds every cell again', (t) => {
  const records = parse(csvOf(hostile)) as string[][];
  t.is(records.length, 1 + nasty.length);
  t.deepEqual(records[1].slice(1), ['1.5', String(Math.SQRT1_2), '2', '-3', 'NaN', '1']);
  t.is(records[2][0], '[0]');
  t.regex(records[6][0], /^=cmd, "two" lines\\x0d\\nhere$/);
});

test('in LaTeX symbols are formulas, numbers are one, and what means something else is escaped', (t) => {
  for (const [text, expected] of [
    ['β = 0.1', '$\\beta$ = 0.1'],
    ['3.92 ± 0.12', '$3.92 \\pm 0.12$'],
    ['−0.5 ± 0.1', '$-0.5 \\pm 0.1$'],
    ['(−1.2 ± 0.3)×10⁻⁵', '$(-1.2 \\pm 0.3) \\times 10^{-5}$'],
    ['10⁻³', '$10^{-3}$'],
    ['0.25', '0.25'],
    ['5.4e-3', '$5.4 \\times 10^{-3}$'],
    ['dJ/dθ, W₁₂, s⁰', 'dJ/d$\\theta$, W$_{12}$, s$^{0}$'],
    ['test error (%)', 'test error (\\%)'],
    ['max_steps & more', 'max\\_steps \\& more'],
    ['Śmigły--Müller', '\\\'{S}mig\\l{}y-{}-M\\"{u}ller'],
    ['数', '{[}U+6570{]}'],
    ['\\', '\\textbackslash{}'],
  ])
    t.is(inLatex(text), expected);
});

const pdflatex = '/usr/bin/pdflatex';

test('pdflatex takes it without a complaint, where there is one', (t) => {
  const text = latexOf(hostile);
  t.false(/[^\n -~]/.test(text.replace(/^%.*$/gm, '')));
  if (!existsSync(pdflatex)) return;
  const work = workspace(t);
  const { status } = spawnSync('kpsewhich', ['booktabs.sty']);
  const rules = ['\\toprule', '\\midrule', '\\bottomrule'].map((rule) => `\\let${rule}\\hline`).join('');
  const preamble = status === 0 ? '\\usepackage{booktabs}' : `${rules}\\def\\cmidrule(#1)#2{\\cline{#2}}`;
  const page = `\\documentclass{article}${preamble}\\begin{document}\n${text}\n\\end{document}\n`;
  writeFileSync(join(work, 'table.tex'), page);
  const log = execFileSync(pdflatex, ['-interaction=nonstopmode', '-halt-on-error', 'table.tex'], { cwd: work });
  t.notRegex(log.toString('latin1'), /^!|Missing character|undefined/m);
  t.true(existsSync(join(work, 'table.pdf')));
});

test('numbers over seeds: two digits of the deviation; powers of ten where they are small or large', (t) => {
  const text = (values: number[], kind: Parameters<typeof numberText>[1] = 'number') =>
    numberText(moments(values), kind);
  t.is(text([0.0392, 0.0404], 'share'), '3.980 ± 0.085');
  t.is(text([1e-5, 2e-5]), '(1.50 ± 0.71)×10⁻⁵');
  t.is(text([-2e7, -3e7]), '(−2.50 ± 0.71)×10⁷');
  t.is(text([12, 15]), '13.5 ± 2.1');
  t.is(text([120, 150], 'count'), '135 ± 21');
  t.is(text([0.25]), '0.25');
  t.is(text([1e-7]), '10⁻⁷');
  t.is(text([0, 0]), '0 ± 0');
  t.is(text([]), '–');
  t.is(text([Number.POSITIVE_INFINITY, 1]), 'Infinity ± 0');
});

test('trainings: keys down and across, over seeds, the choice of the validation in bold', async (t) => {
  const work = workspace(t);
  const spec = {
    ...search,
    protocol: { ...search.protocol, epochs: 2 },
    engines: [
      { id: 'mlp', name: 'backprop', output: 'activation' },
      { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.2 },
    ],
    sweep: { 'protocol.optimizer.rates': [0.001, 2], 'engines.ep.beta': [0.1, 0.3] },
  };
  await runHere(writeSpec(work, spec), work);
  const table = async (...args: string[]) => {
    const { code, stdout, stderr } = await inProcess('table', join(work, 'search'), ...args);
    t.is(code, 0, stderr);
    return stdout;
  };
  const crossed = (await table('--rows', 'engine', '--columns', 'rates,engines.ep.beta')).split('\n');
  t.is(crossed[0], 'Test error (%), mean ± standard deviation over n = 2 seeds:');
  t.is(
    crossed[2],
    '| engine | rates = 0.001, β = 0.1 | rates = 0.001, β = 0.3 | rates = 2, β = 0.1 | rates = 2, β = 0.3 |',
  );
  // what β does not concern stands under each of its values
  const [mlp, ep] = crossed.slice(4, 6).map((line) => line.split(' | ').slice(1));
  t.is(mlp[2], mlp[3].replace(/ \|$/, ''));
  t.is(ep.filter((cell) => cell.startsWith('**')).length, 1);
  const { results } = (await import('../../src/metrics/statistics.js')).trainingStatistics(
    (await import('../../src/metrics/found.js')).readableRuns(join(work, 'search')).runs.map(({ record }) => record),
  )!;
  const best = results.find((one) => one.engine === 'ep' && one.chosen)!;
  const rows = parse(await table('--format', 'csv'), { columns: true }) as Record<string, string>[];
  t.is(rows.length, 6);
  const row = rows.find(
    (one) =>
      one['engine'] === 'EP centered' && best.point.every(([, value], i) => one[['rates', 'β'][i]] === String(value)),
  )!;
  t.deepEqual(
    [Number(row['test error']), Number(row['test error, sd']), row['test error, n']],
    [best.test.mean, best.test.deviation, '2'],
  );
  const latex = await table('--format', 'latex', '--columns', 'rates,beta', '--value', 'validation error');
  t.true(latex.includes('\\cmidrule(lr){2-3}\\cmidrule(lr){4-5}\nengine & $\\beta$ = 0.1 & $\\beta$ = 0.3 & '));
  t.true(latex.startsWith('% validation error (%), mean'));
  t.is(latex.split('\\boldmath').length - 1, 3);
  writeFileSync(join(work, 'paper.tex'), 'a\n% table: begin\nold\n% table: end\nb\n');
  await table('--format', 'latex', '--into', join(work, 'paper.tex'));
  t.regex(
    readFileSync(join(work, 'paper.tex'), 'utf8'),
    /^a\n% table: begin\n% mean[\s\S]*\\end\{tabular\}\n% bold: [^\n]*\n% table: end\nb\n$/,
  );
});

test('every protocol has a table; what it cannot show is told', async (t) => {
  const work = workspace(t);
  const gradient = { ...quick, name: 'gradient', protocol: 'gradient', reference: 'exact' };
  const relaxation = { ...quick, name: 'relaxation', protocol: 'relaxation', engines: undefined, reference: undefined };
  const swept = { ...quick, seeds: 2, sweep: { 'engines.ep.beta': [0.1, 1e-5] } };
  for (const [i, spec] of [gradient, relaxation, swept].entries())
    await runHere(writeSpec(work, spec, `${i}.yaml`), work);
  const table = (name: string, ...args: string[]) => inProcess('table', join(work, name), ...args);
  t.regex((await table('quick')).stdout, /^EP one-sided, mean .*:\n\n\| β \| largest gap, state \|/);
  t.regex((await table('quick', '--columns', 'beta', '--format', 'latex')).stdout, /\$\\beta\$ = \$10\^\{-5\}\$ \\\\/);
  t.regex((await table('relaxation')).stdout, /\| steps \| evaluations \| residual \|\n/);
  t.regex((await table('gradient', '--format', 'latex')).stdout, /\\midrule\nEP one-sided, \$\\beta\$ = 0\.01 & /);
  t.regex((await table('gradient', '--format', 'csv')).stdout, /^network,estimator,cosine,/);
  for (const [args, expected] of [
    [['quick', '--rows', 'gama'], /no key 'gama' is swept here; there are engine, β/],
    [['quick', '--rows', 'beta', '--columns', 'β'], /'β' cannot be in --rows and in --columns/],
    [['quick', '--value', 'loss'], /nothing called 'loss' was measured; there are largest gap, state, /],
    [['quick', '--columns', 'beta', '--value', 'residual', '--value', 'least cosine'], /--columns shows one --value/],
    [['quick', '--format', 'csv', '--into', 'x.md'], /--into puts a table into a page, and CSV is none/],
    [['quick', '--field', '--format', 'latex'], /--field is one table, in Markdown/],
    [['quick', '--format', 'tex'], /--format must be one of md, latex, csv, got 'tex'/],
    [['quick', join(work, 'relaxation')], /the runs are of protocols equivalence, relaxation, and a table is of one/],
  ] as [string[], RegExp][]) {
    const { code, stderr } = await table(args[0], ...args.slice(1));
    t.is(code, 2);
    t.regex(stderr, expected);
  }
});

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
import { columnTexts, numberText } from '../../src/report/sheet/numbers.js';
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
    ['6.0 ± <0.1', '$6.0 \\pm <0.1$'],
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
  t.is(text([0.25]), '0.250');
  t.is(text([1e-7]), '1.00×10⁻⁷');
  t.is(text([0, 0]), '0 ± 0');
  t.is(text([]), '–');
  t.is(text([Number.POSITIVE_INFINITY, 1]), 'Infinity');
});

test('a deviation beside others a hundred times as large is less than the last digit that is shown, not 0', (t) => {
  const texts = (...column: number[][]) =>
    columnTexts(
      column.map((values) => moments(values)),
      'count',
    );
  t.deepEqual(texts([6, 6.04], [100, 900]), ['6.0 ± <0.1', '500.0 ± 565.7']);
  t.deepEqual(texts([6, 6], [100, 900]), ['6 ± 0', '500 ± 566']);
});

test('a column has one precision: as many decimals everywhere, digits of the deviations', (t) => {
  const decimals = (text: string) => /\.(\d+)/.exec(text)?.[1].length ?? 0;
  for (const [kind, ...column] of [
    ['share', [0.42, 0.6], [0.328, 0.331], [0.17, 0.2]],
    ['share', [0.4231], [0.0521], [1]],
    ['number', [1e-2, 2e-2], [3e-9, 4e-9], [5e-16, 6e-16]],
    ['number', [1.25e-2], [3e-9]],
    ['number', [12, 13], [110, 150], [99, 99]],
    ['cosine', [0.999997, 0.999998], [0.5, 0.6]],
    ['count', [6, 6.04], [100, 900]],
    ['count', [12], [3000]],
  ] as const) {
    const texts = columnTexts(
      column.map((values) => moments(values)),
      kind,
    );
    t.is(new Set(texts.flatMap((text) => text.split(' ± ').map(decimals))).size, 1, texts.join(' | '));
    // no deviation is rounded to nothing
    for (const [i, text] of texts.entries()) if (moments(column[i]).deviation > 0) t.notRegex(text, /± 0(\.0*)?$/);
  }
  t.deepEqual(
    columnTexts(
      [
        [0.42, 0.46],
        [0.3281, 0.3283],
      ].map(moments),
      'share',
    ),
    ['44.00 ± 2.83', '32.82 ± 0.01'],
  );
});

const training = {
  ...search,
  name: 'a',
  protocol: { ...search.protocol, epochs: 2 },
  engines: [
    { id: 'mlp', name: 'backprop', output: 'activation' },
    { id: 'ep', name: 'ep', nudging: 'centered', beta: 0.2 },
  ],
  sweep: { 'protocol.optimizer.rates': [[0.5, 0.2], 2] },
};

test('one table in three formats: the same lines, columns, numbers and bold; lists as YAML has them; several experiments side by side', async (t) => {
  const work = workspace(t);
  await runHere(writeSpec(work, training), work);
  await runHere(writeSpec(work, { ...training, name: 'b', sweep: undefined, seeds: 3 }, 'b.yaml'), work);
  await runHere(writeSpec(work, { ...training, name: 'c', sweep: undefined }, 'c.yaml'), work);
  for (const [names, lines] of [
    [['a'], 4],
    [['a', 'b'], 6],
    [['b', 'c'], 4],
  ] as const) {
    const table = async (format: string) =>
      (await inProcess('table', ...names.map((name) => join(work, name)), '--format', format)).stdout.trimEnd();
    const md = (await table('md'))
      .split('\n')
      .filter((line) => line.startsWith('|') && !line.startsWith('| ---'))
      .map((line) => line.replaceAll('\\', '').slice(2, -2).split(' | '));
    const latex = (await table('latex'))
      .split('\n')
      .filter((line) => line.endsWith('\\\\'))
      .map((line) => line.slice(0, -3).split(' & '));
    const csv = parse(await table('csv')) as string[][];
    t.deepEqual([md.length, latex.length, csv.length], [lines + 1, lines + 1, lines + 1]);
    const plain = (text: string) => text.replaceAll(/\*\*|[${}\\ ]|boldmath|textbf/g, '').replaceAll('±', 'pm');
    t.deepEqual(
      latex.map((cells) => cells.map(plain)).slice(1),
      md
        .map((cells) => cells.map(plain))
        .slice(1)
        .map((cells) => cells.map((text) => text.replace('β', 'beta').replace('–', 'textendash'))),
    );
    t.deepEqual(
      csv[0].filter((title) => !/, (sd|n)$/.test(title)),
      md[0].map((title) => title.replace(' (%)', '')),
    );
    t.is(md[0][names.length > 1 ? 1 : 0], 'engine');
    t.is(md[0].at(-1), 'chosen');
    t.false(md[0].some((title) => title.startsWith('train')));
    for (const [i, cells] of md.slice(1).entries()) {
      const isChosen = cells.at(-1) === 'by validation';
      t.is(cells.filter((text) => text.startsWith('**')).length, isChosen ? 2 : 0);
      t.is(latex[i + 1].filter((text) => text.includes('boldmath')).length, isChosen ? 2 : 0);
      t.is(csv[i + 1].at(-1), isChosen ? 'by validation' : '');
    }
    if (names[0] === 'a') t.true(md.some((cells) => cells.includes('[0.5, 0.2]')));
    if (names.length > 1) t.deepEqual([...new Set(md.slice(1).map(([name]) => name))], [...names]);
  }
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
  t.is(crossed[0], 'Test error (%), at the epoch of the best validation, mean ± standard deviation over n = 2 seeds:');
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
  t.true(latex.startsWith('% validation error (%), at the epoch of the best validation, mean'));
  t.is(latex.split('\\boldmath').length - 1, 3);
  writeFileSync(join(work, 'paper.tex'), 'a\n% table: begin\nold\n% table: end\nb\n');
  await table('--format', 'latex', '--into', join(work, 'paper.tex'));
  t.regex(
    readFileSync(join(work, 'paper.tex'), 'utf8'),
    /^a\n% table: begin\n% at the epoch of the best validation, mean[\s\S]*\\end\{tabular\}\n% bold: [^\n]*\n(% validation chose [^\n]*\n){2}% table: end\nb\n$/,
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
  t.regex((await table('quick')).stdout, /^Mean .*:\n\n\| engine \| β \| largest gap, state \|/);
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

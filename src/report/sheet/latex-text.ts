/** Any text as LaTeX that shows it: no package, no font but those that every installation has. */
import { powerOfTen } from '../../figure/labels.js';
import { inert } from '../../text.js';

/** Characters that mean something else to LaTeX, or look like something else in its first font. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'{}&#_%'].map((character) => [character, `\\${character}`])),
  '\\': '\\textbackslash{}',
  // that of text is in another font
  $: '$\\$$',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '`': '\\`{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  // behind the end of a row these are options of it
  '*': '{*}',
  '[': '{[}',
  ']': '{]}',
  '\u00a0': '~',
  '–': '\\textendash{}',
  '—': '\\textemdash{}',
  '‘': '`{}',
  '’': "'{}",
  '“': '``{}',
  '”': "''{}",
  '…': '\\ldots{}',
};

/** Symbols, by what stands for them between dollars. */
const SYMBOLS: Readonly<Record<string, string>> = {
  ...greek(),
  '±': '\\pm',
  '×': '\\times',
  '·': '\\cdot',
  '−': '-',
  '≤': '\\leq',
  '≥': '\\geq',
  '≠': '\\neq',
  '≈': '\\approx',
  '→': '\\to',
  '∞': '\\infty',
  '∂': '\\partial',
  '∇': '\\nabla',
  '√': '\\surd',
  '‖': '\\Vert',
  '°': '^{\\circ}',
  µ: '\\mu',
  '½': '\\frac{1}{2}',
  '∑': '\\sum',
  Σ: '\\Sigma',
};

function greek(): Record<string, string> {
  const names =
    'alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma sigma tau upsilon varphi chi psi omega';
  const lower = names.split(' ').map((name, i) => [String.fromCharCode(0x3b1 + i), name === 'o' ? 'o' : `\\${name}`]);
  const capitals: Record<string, string> = { Γ: 'Gamma', Δ: 'Delta', Θ: 'Theta', Λ: 'Lambda', Ξ: 'Xi', Π: 'Pi' };
  const upper = Object.entries({ ...capitals, Φ: 'Phi', Ψ: 'Psi', Ω: 'Omega', Υ: 'Upsilon' });
  return Object.fromEntries([...lower, ...upper.map(([letter, name]) => [letter, `\\${name}`])]);
}

const HIGH = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺';
const LOW = '₀₁₂₃₄₅₆₇₈₉₋₊';
const PLAIN = '0123456789-+';

/** Accents above a letter that the first font can set. */
const ACCENTS: Readonly<Record<string, string>> = {
  ...{ '\u0300': '`', '\u0301': "'", '\u0302': '^', '\u0303': '~', '\u0308': '"', '\u0304': '=', '\u0306': 'u' },
  ...{ '\u0307': '.', '\u030b': 'H', '\u030c': 'v', '\u030a': 'r', '\u0327': 'c', '\u0323': 'd' },
};

const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', ı: 'i' },
};

/** A number with its deviation and power of ten: one formula. */
const NUMBER = /^[()\d.±×−<\s⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*\d[()\d.±×−<\s⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*$/;

/** As programs write it: 5.4e-3. */
const SCIENTIFIC = /(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)(?![\w.])/g;

/** A power of ten, with its factor. */
const POWER = new RegExp(`((?:−?\\d+(?:\\.\\d+)?×)?10[${HIGH}]+)`);
/** One character with its accents, or several that stand high or low. */
const PIECES = new RegExp(`[${HIGH}]+|[${LOW}]+|\\P{M}\\p{M}*|\\p{M}`, 'gu');

export function inLatex(text: string): string {
  const line = inert(text).replace(
    SCIENTIFIC,
    (_, factor: string, power: string) => `${factor}×${powerOfTen(Number(power))}`,
  );
  if (NUMBER.test(line) && /[±×−⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/.test(line)) return `$${formula(line)}$`;
  const set = line
    .split(POWER)
    .map((part, i) => (i % 2 === 1 ? `$${formula(part)}$` : (part.match(PIECES) ?? []).map(pieceOf).join('')));
  // two would become one dash
  return set.join('').replace(/-(?=-)/g, '-{}');
}

/** In one pair of dollars. */
function formula(text: string): string {
  return text
    .replace(new RegExp(`[${HIGH}]+`, 'g'), (found) => `^{${lowered(found, HIGH)}}`)
    .replace(/[±×−]/g, (symbol) => ` ${SYMBOLS[symbol]} `)
    .replace(/(^|\() - /g, '$1-')
    .replace(/\s+/g, ' ')
    .trim();
}

const lowered = (text: string, from: string): string => [...text].map((each) => PLAIN[from.indexOf(each)]).join('');

function pieceOf(piece: string): string {
  if (HIGH.includes(piece[0])) return `$^{${lowered(piece, HIGH)}}$`;
  if (LOW.includes(piece[0])) return `$_{${lowered(piece, LOW)}}$`;
  if (piece in ESCAPES) return ESCAPES[piece];
  if (piece in SYMBOLS) return `$${SYMBOLS[piece]}$`;
  if (/^[ -~]$/.test(piece)) return piece;
  if (piece in LETTERS) return `\\${LETTERS[piece]}{}`;
  const [letter, ...marks] = piece.normalize('NFD');
  if (/^[A-Za-z]$/.test(letter) && marks.length > 0 && marks.every((mark) => mark in ACCENTS))
    return marks.reduce((inner, mark) => `\\${ACCENTS[mark]}{${inner}}`, letter);
  if ([...piece].length > 1) return [...piece].map(pieceOf).join('');
  return `{[}U+${piece.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}{]}`;
}

/** What the marks of a figure stand for, and where they are. */

interface Axis {
  readonly title: string;
  readonly scale: string;
  readonly from: number;
  readonly to: number;
}

interface Panel {
  readonly width: number;
  readonly height: number;
  readonly x?: Axis;
  readonly y?: Axis;
}

export interface Spot {
  /** In the units of the SVG. */
  readonly x: number;
  readonly y: number;
  readonly mark: SVGGraphicsElement;
  says(): string;
}

/** Every point of a figure, and every corner of its lines. */
export function spotsOf(svg: SVGSVGElement): Spot[] {
  const outer = svg.getCTM()?.inverse();
  if (!outer) return [];
  return [...svg.querySelectorAll<SVGGraphicsElement>('[data-mark]')].flatMap((mark) => {
    const own = mark.getCTM();
    if (!own) return [];
    const toSvg = outer.multiply(own);
    const place = (x: number, y: number) => new DOMPoint(x, y).matrixTransform(toSvg);
    const says = mark.dataset['says'] ?? '';
    if (mark.dataset['mark'] !== 'line') {
      const box = mark.getBBox();
      const { x, y } = place(box.x + box.width / 2, box.y + box.height / 2);
      return { x, y, mark, says: () => says };
    }
    return cornersOf(mark, place, says);
  });
}

function cornersOf(mark: SVGGraphicsElement, place: (x: number, y: number) => DOMPoint, says: string): Spot[] {
  const holder = mark.closest('[data-panel]');
  const panel = holder === null ? undefined : (JSON.parse(holder.getAttribute('data-panel')!) as Panel);
  const corners = [...(mark.getAttribute('d') ?? '').matchAll(/[ML](-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)/g)];
  return corners.map(([, u, v]) => {
    const { x, y } = place(Number(u), Number(v));
    const values = () =>
      [
        says,
        valueAt(panel?.x, Number(u) / (panel?.width ?? 1)),
        valueAt(panel?.y, 1 - Number(v) / (panel?.height ?? 1)),
      ]
        .filter((line) => line !== '')
        .join('\n');
    return { x, y, mark, says: values };
  });
}

/** The value at a share of the axis. */
function valueAt(axis: Axis | undefined, share: number): string {
  if (axis === undefined) return '';
  const { scale, from, to, title } = axis;
  const forth = { log: Math.log, sqrt: Math.sqrt }[scale] ?? ((value: number) => value);
  const back = { log: Math.exp, sqrt: (value: number) => value ** 2 }[scale] ?? ((value: number) => value);
  const value = back(forth(from) + share * (forth(to) - forth(from)));
  return `${title}: ${numberText(value, scale === 'log' ? 0 : Math.abs(to - from))}`;
}

/** As many digits as a place in a figure tells: three, or a thousandth of the axis. */
function numberText(value: number, span: number): string {
  if (span > 0 && Math.abs(value) < span / 2000) return '0';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3))).replace('-', '−');
  const [factor, power] = value.toExponential(1).split('e');
  const digits = [...power.replace('+', '')].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '⁻').join('');
  return `${factor.replace('-', '−')}×10${digits}`;
}

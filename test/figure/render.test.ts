import test from 'ava';
import { renderSvg } from '../../src/figure/render.js';

/** 0.9 to the power of five, as some engines of JavaScript have it and as others do. */
const POWERS = [0.7873200000000001, 0.78732];

test('the last bits of a power or a logarithm are no part of a figure', async (t) => {
  const [one, other] = await Promise.all(
    POWERS.map((value) => {
      const spec = {
        data: { values: [{ x: 0.1 }] },
        mark: { type: 'rule', strokeWidth: value, opacity: value, strokeDash: [1, value], aria: false },
        encoding: { x: { field: 'x', type: 'quantitative' }, y: { datum: value } },
      };
      return renderSvg(spec as never, { said: { finding: 'one rule', caption: '' } });
    }),
  );
  t.is(one, other);
  t.notRegex(one.replaceAll(/ aria-label="[^"]*"/g, ''), /="[^"]*\d\.\d{4,}[^"]*"/);
});

import * as z from 'zod';
import { entry, MOST } from '../../entry.js';
import type { State } from '../../model/types.js';
import { onUnitCircle } from '../../numerics/complex.js';
import { axpy, norm2 } from '../../numerics/kernels.js';
import { ulp } from '../../numerics/numbers.js';
import { fromStates } from '../claims.js';
import type { NudgedCopy, Remark } from '../engine.js';
import { betaLabel, positiveBeta } from './beta.js';
import { type CopyEnd, formatBeta, type Nudging } from './nudging.js';

/**
 * N copies at β_k = |β| e^{2πik/N} (Laborieux & Zenke 2022): Cauchy's integral for the derivative at β = 0 by the
 * trapezoidal rule, S̃ = Re (1/N) Σ_k F^{β_k}/β_k. Its bias is of order N inside the circle of analyticity, and nothing
 * holds beyond. The states of β and its conjugate are conjugates: half of them are computed.
 */
export const holomorphic = (beta: number, points: number): Nudging => ({
  copies: Array.from({ length: Math.floor(points / 2) + 1 }, (_, k): NudgedCopy => {
    const { re, im } = onUnitCircle(k, points);
    const size = beta * (im === 0 ? points : points / 2);
    return { beta: { re: beta * re, im: beta * im }, weight: { re: re / size, im: -im / size } };
  }),
  accuracy: { orderInBeta: points },
  needs: ['analytic-field'],
  judge(ends, free) {
    const moving = unsettled(ends);
    const radius = radiusOfAnalyticity(beta, points, ends, free);
    return {
      measured: { unsettled_points: count(moving), ...(radius === undefined ? {} : { analytic_radius: radius }) },
      remarks: [...unsettledPoints(points, moving, ends), ...outside(beta, radius)],
    };
  },
});

const count = (copies: readonly NudgedCopy[]) => copies.reduce((sum, { beta }) => sum + (beta.im === 0 ? 1 : 2), 0);

/** A point has come to rest when its residual is this part of what it began with. */
const SETTLED = 1e-2;

const unsettled = (ends: readonly CopyEnd[]) =>
  ends.filter(({ residuals: [first, last] }) => !(last <= SETTLED * first));

/** Points that moved on while others came to rest, or that are farther from rest than where they began. */
function unsettledPoints(points: number, moving: readonly CopyEnd[], ends: readonly CopyEnd[]): Remark[] {
  const astray = moving.filter(({ residuals: [first, last] }) => !(last < first));
  const told = moving.length < ends.length ? moving : astray;
  if (told.length === 0) return [];
  const worst = told.reduce((a, b) => (b.residuals[1] > a.residuals[1] ? b : a));
  const beta = formatBeta(worst.beta);
  return [{ symptom: 'points-moving', moving: count(told), points, residual: worst.residuals[1], beta }];
}

/** Coefficients below so many units in the last place of the state are round-off. */
const NOISE = 1000;

/**
 * The distance R from β = 0 to the nearest singularity of s^β, by the root test on the Taylor coefficients that the
 * points give, a_m |β|^m = (1/N) Σ_k s_k e^{−2πikm/N}: ‖a_m‖ falls as R^−m. On a circle beyond R they do not fall off, and
 * R comes out near |β|. Undefined where there are too few of them, or nothing but round-off.
 */
function radiusOfAnalyticity(beta: number, points: number, ends: readonly CopyEnd[], free: State): number | undefined {
  const noise = NOISE * ulp[free.precision] * norm2(free.data);
  const room = free.like();
  const sizes = Array.from({ length: points }, (_, m) => (m === 0 ? 0 : coefficientSize(m, points, ends, room)));
  const last = sizes.findLastIndex((size) => size > noise);
  if (last < 2) return undefined;
  // from the middle on: the first coefficients have not the pace of the last
  const from = Math.ceil(last / 2);
  return Number((beta * Math.exp(Math.log(sizes[from] / sizes[last]) / (last - from))).toPrecision(3));
}

/** ‖a_m‖ |β|^m */
function coefficientSize(m: number, points: number, ends: readonly CopyEnd[], sum: State): number {
  sum.fill(0);
  ends.forEach(({ s }, k) => {
    const { re, im } = onUnitCircle((k * m) % points, points);
    const share = (s.im ? 2 : 1) / points;
    axpy(share * re, s.re, sum.re);
    if (s.im) axpy(share * im, s.im, sum.re);
  });
  return norm2(sum.re);
}

/** Part of the radius from which on the circle is too near its end. */
const TOO_NEAR = 0.9;

function outside(beta: number, radius: number | undefined): Remark[] {
  return radius === undefined || beta < TOO_NEAR * radius ? [] : [{ symptom: 'points-beyond', beta }];
}

export const holomorphicEntry = entry({
  name: 'holomorphic',
  summary: 'N copies on a circle |β| in the complex plane; bias of order N in β, within the radius of analyticity',
  source: 'Laborieux & Zenke 2022 (arXiv 2209.00530)',
  claims: fromStates('free, nudged by N complex β', 'β → 0'),
  options: {
    beta: positiveBeta('it is the radius of the circle').describe('radius |β| > 0 of the circle'),
    points: z.int().min(1).max(MOST.points).describe('number N of points on the circle; 1 is one-sided, 2 centered'),
  },
  examples: [{ beta: 0.01, points: 4 }],
  label: (options) => [{ keys: ['points'], symbol: 'N', value: options.points }, betaLabel(options)],
  create: ({ beta, points }) => holomorphic(beta, points),
});

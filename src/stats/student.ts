// Student's t distribution: tail probabilities and quantiles.
//
// Student's distribution by the regularized incomplete beta function (NIST DLMF 8.17), whose continued fraction is
// evaluated by Lentz's method (Thompson & Barnett 1986).

/** Returns the probability that Student's t with `df` degrees of freedom exceeds `t`. @param df - Above 0. */
export function tTail(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? tail : 1 - tail;
}

/**
 * Returns the value that Student's t with `df` degrees of freedom exceeds with probability `tail`, by bisection to the
 * last digit.
 *
 * @param tail - In (0, 0.5].
 */
export function tQuantile(tail: number, df: number): number {
  const key = `${tail} ${df}`;
  const known = quantiles.get(key) ?? bisect(tail, df);
  quantiles.set(key, known);
  return known;
}

/** Cache: a suite asks for few quantiles repeatedly, and each costs as much as a thousand tails. */
const quantiles = new Map<string, number>();

function bisect(tail: number, df: number): number {
  let low = 0;
  let high = 1;
  while (tTail(high, df) > tail) high *= 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tTail(middle, df) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Returns I_x(a, b) for x in [0, 1]. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side of the mean; the other side is its mirror image by symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front / a) * betaFraction(x, a, b);
}

const TINY = 1e-300;
const PRECISION = 1e-15;
const MAX_TERMS = 10_000;

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / nonZero(1 + term * d);
      c = nonZero(1 + term / c);
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

// Lanczos's approximation with g = 7 and nine terms (Lanczos 1964; coefficients of Godfrey 2001), good to 15 digits.
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
];

/** Returns ln Γ(x) for x ≥ ½. */
function logGamma(x: number): number {
  const [first = 0, ...rest] = LANCZOS;
  const sum = rest.reduce((total, coefficient, i) => total + coefficient / (x + i), first);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

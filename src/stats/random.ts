// Seeded random bits for the bootstrap.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A generator of random bits. */
export interface RandomBits {
  /** Returns the next 32 random bits as a signed integer. */
  next(): number;
}

/** 2⁻³²: scales 32 random bits to [0, 1). */
export const UINT32_TO_UNIT: number = 1 / 0x1_0000_0000;

// Right after seeding the state is mostly zeros, and neighbouring seeds return similar first outputs.
const WARM_UP_DRAWS = 64;

/**
 * Returns a generator whose sequence depends only on `seed` and `stream` (xoroshiro128+, Blackman & Vigna 2018).
 *
 * @param seed - Any integer; only its low 32 bits are used.
 * @param stream - A name that separates the sequences of one seed, such as a benchmark's id.
 */
export function seededBits(seed: number, stream: string): RandomBits {
  const generator = xoroshiro128plus(fnv1a(stream) ^ seed);
  for (let i = 0; i < WARM_UP_DRAWS; i++) generator.next();
  return generator;
}

/** FNV-1a, 32 bits (Fowler, Noll & Vo 1991), over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

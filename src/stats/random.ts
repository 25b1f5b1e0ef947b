// Where does the bootstrap's chance come from?
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Gives the next 32 random bits as a signed integer, and moves on. */
export interface RandomBits {
  next(): number;
}

/** 2⁻³²: turns 32 random bits into a share of 1. */
export const UINT32_TO_UNIT: number = 1 / 0x1_0000_0000;

// The generator's state is mostly zeros right after seeding; its first outputs of neighbouring seeds are alike.
const WARM_UP_DRAWS = 64;

/**
 * A generator whose sequence depends on `seed` and `stream` alone (xoroshiro128+, Blackman & Vigna 2018).
 *
 * @param seed - Any integer; its low 32 bits count.
 * @param stream - A name that gives each user of one seed a sequence of its own, such as a benchmark's id.
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

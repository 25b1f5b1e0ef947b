// In which order do things come, so that no order shows in the result?
import { PER_32_BITS, type RandomBits } from '../../stats/random.js';

/** `values` in random order (Fisher & Yates 1938). */
export function shuffled<T>(values: readonly T[], random: RandomBits): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = ((random.next() >>> 0) * (i + 1) * PER_32_BITS) | 0;
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

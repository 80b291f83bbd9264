/** Milliseconds before the n-th try (0, 1, ...): doubling, at most 15 s, a third of it by chance,
 * so that a room full of pages does not come back in one instant. */
export function backoffMs(tries: number, random: number): number {
  const base = Math.min(15_000, 1000 * 2 ** Math.min(tries, 10));
  return Math.round(base * (0.67 + 0.33 * random));
}

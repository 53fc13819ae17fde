import type { ClauseContext } from "./clause.js"

/**
 * Writes an entry, has something done to it in the middle of its life, and waits for its end. A life that began again in
 * the middle would not be over by then, whatever the resolution of the store.
 */
export async function outliveFromTheMiddle(
  { clock, shortTtl, shortLife }: Pick<ClauseContext, "clock" | "shortTtl" | "shortLife">,
  write: (ttl: number) => Promise<unknown>,
  inTheMiddle: () => Promise<unknown>,
): Promise<void> {
  const lateness = shortLife - shortTtl
  await write(2 * shortLife)
  await clock.advance(shortLife)
  await inTheMiddle()
  await clock.advance(shortLife + lateness)
}

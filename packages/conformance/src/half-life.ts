import type { ClauseContext } from "./clause.js"

/**
 * Writes an entry, calls `inTheMiddle` halfway through its life, and waits until its original expiry has passed. A ttl that
 * restarted halfway would not have passed by then, whatever the resolution of the store.
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

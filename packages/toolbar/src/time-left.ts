import type { Milliseconds, Operation } from "@larder/core"

type Left = Milliseconds | null | undefined

/** How long entries are still kept, as far as their stores said so in time. */
export class TimesLeft {
  readonly #left = new Map<string, Left>()

  of(alias: string, finalKey: string): Left {
    return this.#left.get(nameOf(alias, finalKey))
  }

  note(alias: string, finalKey: string, left: Left): void {
    this.#left.set(nameOf(alias, finalKey), left)
  }
}

function nameOf(alias: string, finalKey: string): string {
  return `${alias}\n${finalKey}`
}

/** Asking costs the store as much as reading, and a page waits for it. */
const mostAsked = 100
const longest: Milliseconds = 100

/** Asks the stores of reads how long what they found is still kept: the first of their entries, at most 100 in all. */
export async function askTimesLeft(reads: readonly Operation[], limit: Milliseconds = longest): Promise<TimesLeft> {
  const times = new TimesLeft()
  const asked = new Map<string, Promise<void>>()
  for (const { alias, finalKeys = [], hits = [], timeLeft } of reads) {
    const finalKey = finalKeys.find((_finalKey, index) => hits[index] === true)
    if (finalKey === undefined || timeLeft === undefined) continue
    const name = nameOf(alias, finalKey)
    if (asked.has(name)) continue
    if (asked.size >= mostAsked) break
    asked.set(
      name,
      timeLeft(finalKey).then((left) => times.note(alias, finalKey, left)),
    )
  }
  if (asked.size > 0) await within(Promise.allSettled(asked.values()), limit)
  return times
}

async function within(work: Promise<unknown>, limit: Milliseconds): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([work, expiry])
  clearTimeout(timer)
}

import type { Backend, Finding, Milliseconds } from "@larder/core"
import type { News } from "./news.js"
import { within } from "./within.js"

/** The time that a bus has to connect, because the process may have just started. */
const connectingLimit: Milliseconds = 2_000

/** Checks the bus, and returns its findings and those of the two backends. */
export async function diagnose(
  news: News,
  nearTtl: Milliseconds,
  tiers: readonly Pick<Backend<unknown>, "diagnose">[],
): Promise<readonly Finding[]> {
  const found = await Promise.all([
    busFindings(news, nearTtl),
    ...tiers.map(async (tier) => (await tier.diagnose?.()) ?? []),
  ])
  return found.flat()
}

async function busFindings(news: News, nearTtl: Milliseconds): Promise<readonly Finding[]> {
  const stale = `For up to ${nearTtl / 1_000} s (nearTtl), a process serves entries that another one has changed or removed.`
  if (!news.hasBus) {
    return [
      {
        severity: "info",
        code: "no-bus",
        found: "The tiers have no bus.",
        why: stale,
        advice: "If other processes write, pass a bus, such as RedisBus of @larder/tiered/redis.",
      },
    ]
  }
  try {
    await within(connectingLimit, news.connected())
    return []
  } catch {
    return [
      {
        severity: "warning",
        code: "bus-disconnected",
        found: "The bus of the tiers is not connected.",
        why: stale,
        advice: "Check that its server runs, and the address and password of its client.",
      },
    ]
  }
}

import type { Milliseconds } from "@larder/core"
import type { KeyvAdapter } from "./keyv-adapter.js"

const GRACE: Milliseconds = 1_000

/**
 * Disconnects an adapter, and stops waiting after a second: a client of Redis says goodbye when it has sent its queue,
 * which without a server it never has. Rejects when the adapter does.
 */
export async function disconnect(adapter: KeyvAdapter): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GRACE)
  })
  try {
    await Promise.race([adapter.disconnect?.(), patience])
  } finally {
    clearTimeout(timer)
  }
}

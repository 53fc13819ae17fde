import type { Milliseconds } from "@larder/core"
import type { KeyvAdapter } from "./keyv-adapter.js"

const GRACE: Milliseconds = 1_000

/**
 * Disconnects an adapter, waiting for at most a second: a Redis client disconnects once its queue is sent, which never
 * happens without a server. Rejects if the adapter does.
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

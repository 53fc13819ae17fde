import type { Backend, CopyingBackend, CopyTerms, Finding } from "@larder/core"
import { diagnose } from "./diagnose.js"
import { nearFormatOf, valuesOfOneCache } from "./near-format.js"
import { NearStore } from "./near-store.js"
import { News } from "./news.js"
import { tieredCapabilities } from "./tiered-capabilities.js"
import { checkTiers, resolveOptions, type TieredBackendOptions } from "./tiered-options.js"
import { type SharedParts, Tiers } from "./tiers.js"

/**
 * A fast backend in front of a shared one. The far store decides everything; the near one only serves reads. A read never
 * returns anything older than the last write through this handle, nor anything that the far store has not held within
 * the last `nearTtl`. With a bus, that shrinks to milliseconds.
 *
 * It owns both backends, and nothing else may use the near one. It has the optional methods that the far store has. A
 * `Cache` gets more out of it than direct calls do: near values are kept decoded, and served while the far store is down.
 */
export class TieredBackend<Stored = Uint8Array> extends Tiers<Stored> {
  /** For what only its class can do, such as creating a table. Writing through it leaves old near copies behind. */
  readonly far: Backend<Stored>
  // Absent if the near store is remote: both tiers can be down then, as one store.
  declare readonly onTerms?: (terms: CopyTerms) => CopyingBackend
  readonly #diagnose: () => Promise<readonly Finding[]>

  /** Throws a `TypeError` if a tier is not a backend, if the tiers do not fit together, or if an option is invalid. */
  constructor(near: Backend<unknown>, far: Backend<Stored>, options: TieredBackendOptions = {}) {
    checkTiers(near, far)
    const { bus, nearTtl, now } = resolveOptions(options)
    const format = nearFormatOf(near, far)
    const nearStore = new NearStore(near, nearTtl, now)
    const news = new News(bus, nearStore)
    const shared: SharedParts = {
      nearStore,
      news,
      capabilities: tieredCapabilities(near, far, nearTtl),
      close: closing(nearStore, news, far),
    }
    super(shared, { far, format, isDecisive: () => false, answersInPart: () => false })
    this.far = far
    this.#diagnose = () => diagnose(news, nearTtl, [near, far])
    if (near.capabilities.remote !== true) {
      this.onTerms = (terms) => {
        const behind = terms.storeBehind(far as Backend<unknown>, near.codec)
        const isPaired = far.codec === undefined && behind.codec !== undefined
        return new Tiers<unknown>(shared, {
          far: behind,
          format: isPaired ? valuesOfOneCache() : nearFormatOf(near, behind),
          isDecisive: (key) => terms.isDecisive(key),
          answersInPart: (error) => terms.answersInPart(error),
        })
      }
    }
  }

  /** Finds tiers without a bus, or with one that has no connection, and what the two backends find. */
  diagnose(): Promise<readonly Finding[]> {
    return this.#diagnose()
  }
}

/** Closes both backends and unsubscribes from the bus, once. */
function closing(nearStore: NearStore, news: News, far: Pick<Backend<unknown>, "close">): () => Promise<void> {
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    nearStore.stop()
    const released = await Promise.allSettled([far.close?.(), nearStore.close()])
    // Last: changes that the far store finishes while closing must be published, too.
    await news.close()
    const failed = released.find((one) => one.status === "rejected")
    if (failed !== undefined) throw failed.reason
  }
  return () => {
    closed ??= close()
    return closed
  }
}

import { type Cache, type Operation, operations } from "@larder/core"

/** How long a store may take for one call: some ten times what `Cache` allows by default. */
const LIMIT_SECONDS = 10
/** For calls that go through a whole store; the same factor as that of `operationTimeout`. */
const PATIENT_LIMIT_SECONDS = 60 * LIMIT_SECONDS

/**
 * Calls a cache, and rejects with every error of its store, also those that the cache's `onError` would turn into a miss,
 * and with that of an entry that cannot be read. Rejects if there is no answer in time, whatever the backend does.
 */
export async function storeCall<Result>(cache: Cache, call: () => Promise<Result>): Promise<Result> {
  return withHiddenErrors(cache, () => within(LIMIT_SECONDS, call()))
}

/** `storeCall` for what goes through a whole store. */
export async function patientStoreCall<Result>(cache: Cache, call: () => Promise<Result>): Promise<Result> {
  return withHiddenErrors(cache, () => within(PATIENT_LIMIT_SECONDS, call()))
}

/** What a cache yields from its store. Rejects if the next one takes too long; failures are never hidden here. */
export async function* storeItems<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]()
  let isStuck = false
  try {
    for (;;) {
      isStuck = true
      const next = await within(PATIENT_LIMIT_SECONDS, iterator.next())
      isStuck = false
      if (next.done) return
      yield next.value
    }
  } finally {
    // The end of one that is stuck would never come.
    if (!isStuck) await iterator.return?.()
  }
}

/** The tracing channel publishes what `onError` hides. All copies of core share it. */
async function withHiddenErrors<Result>({ alias }: Cache, call: () => Promise<Result>): Promise<Result> {
  const errors: unknown[] = []
  const subscribers = {
    error(operation: Operation) {
      if (operation.alias === alias) errors.push(operation.error)
    },
  }
  operations.subscribe(subscribers)
  try {
    const result = await call()
    if (errors.length > 0) throw errors[0]
    return result
  } finally {
    operations.unsubscribe(subscribers)
  }
}

/** Rejects if the promise takes longer. */
export async function within<Result>(seconds: number, pending: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer within ${seconds} s`)), seconds * 1_000)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    clearTimeout(timer)
  }
}

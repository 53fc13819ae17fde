import { type Cache, type Operation, operations } from "@larder/core"

/** The limit for one call: ten times the default `operationTimeout` of a remote store. */
const LIMIT_SECONDS = 10
/** The limit for calls that process a whole store. `Cache` extends `operationTimeout` by the same factor for them. */
const PATIENT_LIMIT_SECONDS = 60 * LIMIT_SECONDS

/**
 * Calls a cache. Rejects with every error of its store, including those that `onError` turns into a miss and those of
 * entries that cannot be read. Rejects if there is no answer in time, whatever the backend does.
 */
export async function storeCall<Result>(cache: Cache, call: () => Promise<Result>): Promise<Result> {
  return withHiddenErrors(cache, () => within(LIMIT_SECONDS, call()))
}

/** `storeCall` for calls that process a whole store. */
export async function patientStoreCall<Result>(cache: Cache, call: () => Promise<Result>): Promise<Result> {
  return withHiddenErrors(cache, () => within(PATIENT_LIMIT_SECONDS, call()))
}

/** Yields the items of an iteration over a store. Rejects if the next one takes too long. Iterations never hide failures. */
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
    // If `next` is stuck, `return` would wait for it.
    if (!isStuck) await iterator.return?.()
  }
}

/** The tracing channel publishes the errors that `onError` hides. All copies of core share it. */
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
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1_000)
  })
  try {
    return await Promise.race([pending, late])
  } finally {
    clearTimeout(timer)
  }
}

import type { Milliseconds } from "@larder/core"
import { backoff } from "./backoff.js"
import type { Argument, Connection, RedisNode, Reply } from "./connection.js"
import { located } from "./located-error.js"
import type { OwnedClient } from "./owned-client.js"
import { SilenceWatch } from "./silence-watch.js"

/** How long `close` waits for a client that is being opened, and for pending calls. */
const closePeriod: Milliseconds = 1_000

/** After this long without an attempt, the backoff starts again. */
const calmPeriod: Milliseconds = 10_000

/** A client and the watch over its calls. */
interface Lease {
  readonly client: OwnedClient
  readonly watch: SilenceWatch
  /** Why the client was destroyed with calls pending; its own errors do not say. */
  silence?: Error
}

/**
 * A connection that opens a client on first use, and replaces one that fails. It does so only when a call needs it, so
 * nothing is left running. Attempts are spaced by a backoff; between them, calls are rejected with the last failure.
 */
export class RenewingConnection implements Connection {
  readonly isCluster: boolean
  readonly location: string
  readonly #replyLimit: Milliseconds
  readonly #open: () => Promise<OwnedClient>
  #lease: Lease | undefined
  #isDoubted = false
  #opening: Promise<Lease> | undefined
  #closing: Promise<void> | undefined
  #isClosed = false
  #attempts = 0
  #lastAttempt = Number.NEGATIVE_INFINITY
  #nextAttempt = Number.NEGATIVE_INFINITY
  #failure: unknown

  /** A call without reply for one to two times `replyLimit` means that its server is lost. */
  constructor(location: string, isCluster: boolean, replyLimit: Milliseconds, open: () => Promise<OwnedClient>) {
    this.location = location
    this.isCluster = isCluster
    this.#replyLimit = replyLimit
    this.#open = open
  }

  send(key: Argument, command: readonly Argument[]): Promise<Reply> {
    const leased = this.#leased()
    // Synchronous in the usual case: awaiting an existing client would add noticeably to the cost of sending.
    if (leased instanceof Promise) return leased.then((lease) => this.#send(lease, key, command))
    return this.#send(leased, key, command)
  }

  async masters(): Promise<readonly RedisNode[]> {
    const lease = await this.#leased()
    const nodes = await this.#call(lease, () => lease.client.connection.masters())
    return nodes.map((node) => ({ send: (command) => this.#call(lease, () => node.send(command)) }))
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  #send(lease: Lease, key: Argument, command: readonly Argument[]): Promise<Reply> {
    return this.#call(lease, () => lease.client.connection.send(key, command))
  }

  async #call<Answer>(lease: Lease, ask: () => Promise<Answer>): Promise<Answer> {
    const { client, watch } = lease
    const period = watch.enter()
    try {
      return await ask()
    } catch (error) {
      if (!client.isDoubtedFor(error)) throw error
      const failure = located(lease.silence ?? error, this.location)
      if (client === this.#lease?.client) {
        this.#isDoubted = true
        this.#failure = failure
      }
      throw failure
    } finally {
      watch.leave(period)
    }
  }

  /** A usable client, if necessary while its replacement is being opened. A server may also disconnect between calls. */
  #leased(): Lease | Promise<Lease> {
    const lease = this.#lease
    if (lease === undefined || !lease.client.isUsable()) return this.#renew()
    if (this.#isDoubted) this.#renew().catch(() => {})
    return lease
  }

  #renew(): Promise<Lease> {
    if (this.#closing !== undefined) return Promise.reject(closedError())
    if (this.#opening !== undefined) return this.#opening
    const now = performance.now()
    if (now < this.#nextAttempt) return Promise.reject(this.#failure)
    if (now - this.#lastAttempt > calmPeriod) this.#attempts = 0
    this.#lastAttempt = now
    this.#nextAttempt = now + backoff(this.#attempts++)
    this.#opening = this.#replace().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #replace(): Promise<Lease> {
    const old = this.#lease
    if (old !== undefined && !old.client.isUsable()) await old.client.destroy()
    try {
      const lease = this.#leaseOf(await this.#open())
      // It took longer than `close` waits.
      if (this.#isClosed) {
        await lease.client.destroy()
        throw closedError()
      }
      this.#lease = lease
      this.#isDoubted = false
      this.#failure = located(new Error("The connection was lost"), this.location)
      if (old !== undefined) void retire(old, closePeriod)
      return lease
    } catch (error) {
      this.#failure = located(error, this.location)
      throw this.#failure
    }
  }

  #leaseOf(client: OwnedClient): Lease {
    const watch = new SilenceWatch(this.#replyLimit, () => {
      if (client !== this.#lease?.client) return
      const silence = new Error(`No reply within ${this.#replyLimit} ms`)
      this.#failure = located(silence, this.location)
      this.#isDoubted = true
      // Other servers of a cluster may work: its calls continue until the client is replaced.
      if (this.isCluster) this.#renew().catch(() => {})
      else {
        lease.silence = silence
        void client.destroy()
      }
    })
    const lease: Lease = { client, watch }
    return lease
  }

  async #release(): Promise<void> {
    const end = performance.now() + closePeriod
    if (this.#opening !== undefined) await settled(this.#opening, closePeriod)
    this.#isClosed = true
    if (this.#lease !== undefined) await retire(this.#lease, end - performance.now())
  }
}

/** Waits for pending calls, at most for the period. */
async function retire({ client, watch }: Lease, period: Milliseconds): Promise<void> {
  await watch.quiet(period)
  await client.destroy()
}

/** Resolves when the promise has settled, at the latest after the limit. */
async function settled(promise: Promise<unknown>, limit: Milliseconds): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([Promise.allSettled([promise]), patience])
  clearTimeout(timer)
}

function closedError(): Error {
  return new Error("The connection is closed")
}

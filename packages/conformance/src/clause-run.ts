import { randomBytes } from "node:crypto"
import type { Backend } from "@larder/core"
import type { Child } from "./child.js"
import type { Clause, ClauseContext, Proxied } from "./clause.js"
import type { Clock } from "./clock.js"
import { Deadline } from "./deadline.js"
import type { Fault } from "./fault-proxy/fault.js"
import type { FaultNetwork } from "./fault-proxy/fault-network.js"
import { PendingCalls } from "./pending-calls.js"
import { opened, type SharedHandles } from "./shared-handles.js"
import { type StoredValues, storedValues } from "./stored-values.js"

/** Milliseconds that a real timer and a real store may be late, beyond the store's `ttlResolution`. */
const slack = 25
const cleaningBatch = 64

const standingClock: Clock = {
  virtual: false,
  now: () => performance.now(),
  advance: () => Promise.reject(new Error("time passes only in a clause that is marked as timed")),
}

/** The context of one run of a clause, and its cleanup. */
export class ClauseRun implements ClauseContext {
  readonly backend: Backend<unknown>
  readonly prefix: string = `c${randomBytes(6).toString("hex")}:`
  readonly values: StoredValues
  readonly clock: Clock
  readonly shortTtl: number = 150
  readonly shortLife: number
  readonly longTtl: number = 3_600_000
  readonly #shared: SharedHandles
  readonly #pending = new PendingCalls()
  readonly #deadline: Deadline
  readonly #patience: number
  readonly #keys = new Set<string>()
  readonly #peers = new Map<number, Promise<Backend<unknown>>>()
  readonly #handles: Backend<unknown>[] = []
  readonly #children: Child[] = []
  readonly #proxies: FaultNetwork[] = []

  /** `deadline` limits the working time of the clause, in milliseconds. */
  constructor(backend: Backend<unknown>, shared: SharedHandles, deadline: number, clock: Clock = standingClock) {
    this.backend = this.#pending.watch(backend)
    this.values = storedValues(backend)
    const { ttlResolution } = backend.capabilities
    // shape.1 reports a resolution that is not a number; the others must not wait for NaN milliseconds.
    this.shortLife = this.shortTtl + (Number.isFinite(ttlResolution) ? ttlResolution : 1) + slack
    this.#shared = shared
    this.#deadline = new Deadline(deadline, this.#pending)
    this.#patience = deadline
    this.clock = {
      virtual: clock.virtual,
      now: () => clock.now(),
      advance: async (milliseconds) => {
        this.#deadline.pause()
        try {
          await clock.advance(milliseconds)
        } finally {
          this.#deadline.resume()
        }
      },
    }
  }

  readonly key = (name: string): string => {
    const key = this.prefix + name
    this.cleanUp(key)
    return key
  }

  readonly cleanUp = (key: string): void => {
    this.#keys.add(key)
  }

  readonly expire = (): Promise<void> => this.clock.advance(this.shortLife)

  readonly peer = (index: number): Promise<Backend<unknown>> =>
    opened(this.#peers, index, async () => this.#pending.watch(await this.#shared.peer(index)))

  readonly child = (index: number): Promise<Child> => this.#shared.child(index)

  readonly open = async (): Promise<Backend<unknown>> => {
    const handle = await this.#shared.open()
    this.#handles.push(handle)
    return this.#pending.watch(handle)
  }

  readonly fork = async (): Promise<Child> => {
    const child = await this.#shared.fork()
    this.#children.push(child)
    return child
  }

  readonly openThroughProxy = async (fault?: Fault): Promise<Proxied> => {
    const proxied = await this.#shared.openThroughProxy(fault)
    this.#proxies.push(proxied.proxy)
    this.#handles.push(proxied.handle)
    return { ...proxied, handle: this.#pending.watch(proxied.handle) }
  }

  /** Runs the clause once and cleans up after it. */
  async of(clause: Clause): Promise<void> {
    try {
      await this.#deadline.bound(() => clause.run(this))
    } finally {
      // A failed cleanup is not a failure of the clause.
      await new Deadline(this.#patience).bound(() => this.#tidy()).catch(() => {})
    }
  }

  async #tidy(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()))
    // A handle that hangs gets unstuck when its connection closes.
    await Promise.all(this.#proxies.map((proxy) => proxy.close()))
    const keys = [...this.#keys]
    for (let start = 0; start < keys.length; start += cleaningBatch) {
      const batch = keys.slice(start, start + cleaningBatch)
      await Promise.allSettled(batch.map(async (key) => this.backend.delete(key)))
    }
    await Promise.allSettled(this.#handles.map(async (handle) => handle.close?.()))
  }
}

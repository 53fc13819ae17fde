import type { Backend } from "@larder/core"
import { checkHandle } from "./check-harness.js"
import { Child } from "./child.js"
import type { Proxied } from "./clause.js"
import type { Fault } from "./fault-proxy/fault.js"
import { FaultNetwork } from "./fault-proxy/fault-network.js"
import type { Harness } from "./harness.js"

/** The handles that the clauses of a suite share. Each is opened when first requested, and stays open. */
export class SharedHandles {
  readonly #harness: Harness
  readonly #peers = new Map<number, Promise<Backend<unknown>>>()
  readonly #children = new Map<number, Promise<Child>>()
  #backend: Promise<Backend<unknown>> | undefined

  constructor(harness: Harness) {
    this.#harness = harness
  }

  /** The handle that most clauses use. */
  backend(): Promise<Backend<unknown>> {
    this.#backend ??= this.open()
    return this.#backend
  }

  /** Another handle in this process. */
  peer(index: number): Promise<Backend<unknown>> {
    return opened(this.#peers, index, () => this.open())
  }

  /** A handle in another process. */
  child(index: number): Promise<Child> {
    return opened(this.#children, index, () => this.fork())
  }

  /** Opens a handle that is not shared: the caller closes it. */
  async open(): Promise<Backend<unknown>> {
    return checkHandle(await this.#harness.create())
  }

  /** Starts a process that is not shared: the caller ends it. */
  async fork(): Promise<Child> {
    if (this.#harness.child === undefined) throw new Error("the harness has no child")
    return Child.open(this.#harness.child)
  }

  /** Opens a handle behind proxies that are not shared: the caller closes both. */
  async openThroughProxy(fault?: Fault): Promise<Proxied> {
    const { remote } = this.#harness
    if (remote === undefined) throw new Error("the harness has no remote")
    const proxy = new FaultNetwork([remote, ...(remote.others ?? [])])
    try {
      const [address, ...others] = await proxy.listen()
      if (fault !== undefined) await proxy.inflict(fault)
      return { proxy, handle: checkHandle(await remote.create(address, others)) }
    } catch (error) {
      await proxy.close()
      throw error
    }
  }

  /** Closes the shared handles and kills the shared processes. */
  async close(): Promise<void> {
    const children = await Promise.allSettled(this.#children.values())
    await Promise.all(children.map((child) => (child.status === "fulfilled" ? child.value.kill() : undefined)))
    const backends = await Promise.allSettled([this.#backend, ...this.#peers.values()])
    await Promise.all(
      backends.map((backend) => (backend.status === "fulfilled" ? backend.value?.close?.() : undefined)),
    )
  }
}

/** The handle at an index, which is opened the first time. */
export function opened<Handle>(
  handles: Map<number, Promise<Handle>>,
  index: number,
  open: () => Promise<Handle>,
): Promise<Handle> {
  const handle = handles.get(index) ?? open()
  handles.set(index, handle)
  return handle
}

import type { Backend } from "@larder/core"
import { checkHandle } from "./check-harness.js"
import { Child } from "./child.js"
import type { Proxied } from "./clause.js"
import type { Fault } from "./fault-proxy/fault.js"
import { FaultNetwork } from "./fault-proxy/fault-network.js"
import type { Harness } from "./harness.js"

/** The handles that the clauses of one suite share: each is opened when it is first asked for, and stays open. */
export class SharedHandles {
  readonly #harness: Harness
  readonly #peers = new Map<number, Promise<Backend<unknown>>>()
  readonly #children = new Map<number, Promise<Child>>()
  #backend: Promise<Backend<unknown>> | undefined

  constructor(harness: Harness) {
    this.#harness = harness
  }

  /** The handle that most clauses work on. */
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

  /** A handle that is not shared: who asks for it closes it. */
  async open(): Promise<Backend<unknown>> {
    return checkHandle(await this.#harness.create())
  }

  /** A process that is not shared: who asks for it ends it. */
  async fork(): Promise<Child> {
    if (this.#harness.child === undefined) throw new Error("the harness names no child module")
    return Child.open(this.#harness.child)
  }

  /** A handle behind proxies that are not shared: who asks for them closes them. */
  async openThroughProxy(fault?: Fault): Promise<Proxied> {
    const { remote } = this.#harness
    if (remote === undefined) throw new Error("the harness names no remote store")
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

  /** Closes the shared handles and ends the shared processes. */
  async close(): Promise<void> {
    const children = await Promise.allSettled(this.#children.values())
    await Promise.all(children.map((child) => (child.status === "fulfilled" ? child.value.kill() : undefined)))
    const backends = await Promise.allSettled([this.#backend, ...this.#peers.values()])
    await Promise.all(
      backends.map((backend) => (backend.status === "fulfilled" ? backend.value?.close?.() : undefined)),
    )
  }
}

function opened<Handle>(
  handles: Map<number, Promise<Handle>>,
  index: number,
  open: () => Promise<Handle>,
): Promise<Handle> {
  const handle = handles.get(index) ?? open()
  handles.set(index, handle)
  return handle
}

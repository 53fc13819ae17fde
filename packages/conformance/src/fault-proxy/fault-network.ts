import type { Fault } from "./fault.js"
import { FaultProxy, type StoreAddress } from "./fault-proxy.js"

/** A proxy in front of each server of a store. All have the same fault at the same time. */
export class FaultNetwork {
  readonly proxies: readonly [FaultProxy, ...FaultProxy[]]

  constructor([server, ...others]: readonly [StoreAddress, ...StoreAddress[]]) {
    this.proxies = [new FaultProxy(server), ...others.map((other) => new FaultProxy(other))]
  }

  /** Number of connections accepted so far. */
  get connections(): number {
    return this.#sum((proxy) => proxy.connections)
  }

  /** Number of reply chunks replaced by garbage so far. */
  get garbled(): number {
    return this.#sum((proxy) => proxy.garbled)
  }

  /** Number of open connections. */
  get live(): number {
    return this.#sum((proxy) => proxy.live)
  }

  /** Returns the addresses at which clients reach the servers, in order. */
  async listen(): Promise<readonly [StoreAddress, ...StoreAddress[]]> {
    const [proxy, ...others] = this.proxies
    const [address, ...otherAddresses] = await Promise.all([proxy.listen(), ...others.map((other) => other.listen())])
    return [address, ...otherAddresses]
  }

  /** Calls `FaultProxy.inflict` on every proxy. */
  async inflict(fault: Fault): Promise<void> {
    await this.#each((proxy) => proxy.inflict(fault))
  }

  /** Calls `FaultProxy.heal` on every proxy. */
  async heal(): Promise<void> {
    await this.#each((proxy) => proxy.heal())
  }

  /** Calls `FaultProxy.restart` on every proxy, concurrently. */
  async restart(downtime?: number): Promise<void> {
    await this.#each((proxy) => proxy.restart(downtime))
  }

  /** Closes every proxy permanently. */
  async close(): Promise<void> {
    await this.#each((proxy) => proxy.close())
  }

  async #each(task: (proxy: FaultProxy) => Promise<void>): Promise<void> {
    await Promise.all(this.proxies.map(task))
  }

  #sum(count: (proxy: FaultProxy) => number): number {
    return this.proxies.reduce((sum, proxy) => sum + count(proxy), 0)
  }
}

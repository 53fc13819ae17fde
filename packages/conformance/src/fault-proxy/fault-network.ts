import type { Fault } from "./fault.js"
import { FaultProxy, type StoreAddress } from "./fault-proxy.js"

/** A proxy in front of each server of a store. All of them have the same faults at the same time. */
export class FaultNetwork {
  readonly proxies: readonly [FaultProxy, ...FaultProxy[]]

  constructor([server, ...others]: readonly [StoreAddress, ...StoreAddress[]]) {
    this.proxies = [new FaultProxy(server), ...others.map((other) => new FaultProxy(other))]
  }

  /** How many connections were accepted so far. */
  get connections(): number {
    return this.#sum((proxy) => proxy.connections)
  }

  /** How many pieces of replies were replaced by garbage so far. */
  get garbled(): number {
    return this.#sum((proxy) => proxy.garbled)
  }

  /** How many connections are open. */
  get live(): number {
    return this.#sum((proxy) => proxy.live)
  }

  /** Answers where clients reach the servers, in their order. */
  async listen(): Promise<readonly [StoreAddress, ...StoreAddress[]]> {
    const [proxy, ...others] = this.proxies
    const [address, ...otherAddresses] = await Promise.all([proxy.listen(), ...others.map((other) => other.listen())])
    return [address, ...otherAddresses]
  }

  /** As `FaultProxy.inflict`, before every server. */
  async inflict(fault: Fault): Promise<void> {
    await this.#each((proxy) => proxy.inflict(fault))
  }

  /** As `FaultProxy.heal`, before every server. */
  async heal(): Promise<void> {
    await this.#each((proxy) => proxy.heal())
  }

  /** As `FaultProxy.restart`, before every server at once. */
  async restart(downtime?: number): Promise<void> {
    await this.#each((proxy) => proxy.restart(downtime))
  }

  /** Closes every proxy, for good. */
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

import { freePort, RedisProcess } from "./redis-process.js"

/** A server of a cluster, for one test. */
export class ClusterNode {
  readonly #server: RedisProcess
  /** By default it is 10,000 above the port, which not every free port allows. */
  readonly #busPort: number

  private constructor(server: RedisProcess, busPort: number) {
    this.#server = server
    this.#busPort = busPort
  }

  static async start(): Promise<ClusterNode> {
    const busPort = await freePort()
    const options = [
      "--cluster-enabled",
      "yes",
      "--cluster-node-timeout",
      "1000",
      "--cluster-config-file",
      "nodes.conf",
    ]
    return new ClusterNode(await RedisProcess.start(...options, "--cluster-port", String(busPort)), busPort)
  }

  get port(): number {
    return this.#server.port
  }

  get url(): string {
    return this.#server.url
  }

  /** Joins the cluster of another. */
  async meet(other: ClusterNode): Promise<void> {
    await this.ask("CLUSTER", "MEET", "127.0.0.1", String(other.port), String(other.#busPort))
  }

  ask(...command: readonly string[]): Promise<unknown> {
    return this.#server.ask(...command)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

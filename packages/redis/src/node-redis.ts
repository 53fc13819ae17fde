import { allMasters } from "./cluster-masters.js"
import type { Argument, Connection, RedisNode, Reply } from "./connection.js"

/** The methods used of a node-redis client (`createClient`) or pool. */
export interface NodeRedisClient {
  sendCommand(command: readonly Argument[], options?: SendOptions): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

/** The methods used of a node-redis cluster client (`createCluster`). */
export interface NodeRedisCluster {
  readonly isOpen: boolean
  readonly masters: readonly object[]
  nodeClient(node: never): Promise<NodeRedisClient>
  sendCommand(
    firstKey: Argument | undefined,
    isReadonly: boolean | undefined,
    command: Argument[],
    options?: SendOptions,
  ): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

/** The methods used of a node-redis Sentinel client (`createSentinel`). */
export interface NodeRedisSentinel {
  getSentinelNode(): unknown
  sendCommand(isReadonly: boolean | undefined, command: readonly Argument[], options?: SendOptions): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

export interface SendOptions {
  readonly typeMapping: { readonly 36: typeof Buffer }
}

/** Returns blob strings, whose replies start with `$` (36), as Buffers. */
const binary: SendOptions = { typeMapping: { 36: Buffer } }

/** A single server, through a client that the application owns. */
export function nodeRedisConnection(client: NodeRedisClient): Connection {
  const node = nodeOf(client)
  return {
    isCluster: false,
    send: (_key, command) => node.send(command),
    masters: async () => [node],
    close: async () => {},
  }
}

/** A cluster, through a client that the application owns. Reads use masters, so that they see earlier writes. */
export function nodeRedisClusterConnection(client: NodeRedisCluster): Connection {
  return {
    isCluster: true,
    send(key, command) {
      const fault = faultOf(client)
      if (fault !== undefined) return Promise.reject(fault)
      return client.sendCommand(key, false, command as Argument[], binary) as Promise<Reply>
    },
    async masters() {
      const fault = faultOf(client)
      if (fault !== undefined) throw fault
      return allMasters(
        await Promise.all(client.masters.map(async (master) => nodeOf(await client.nodeClient(master as never)))),
      )
    },
    close: async () => {},
  }
}

/** A client that has no servers would fail with a `TypeError`, which has another meaning, or succeed with none. */
function faultOf({ isOpen, masters }: NodeRedisCluster): Error | undefined {
  if (!isOpen) return new Error("The client is closed")
  return masters.length === 0 ? new Error("The client is not connected") : undefined
}

/** The master behind Sentinel, through a client that the application owns. */
export function nodeRedisSentinelConnection(client: NodeRedisSentinel): Connection {
  const node: RedisNode = { send: (command) => client.sendCommand(false, command, binary) as Promise<Reply> }
  return {
    isCluster: false,
    send: (_key, command) => node.send(command),
    masters: async () => [node],
    close: async () => {},
  }
}

function nodeOf(client: NodeRedisClient): RedisNode {
  return { send: (command) => client.sendCommand(command, binary) as Promise<Reply> }
}

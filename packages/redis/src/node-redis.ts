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

/** Blob strings, whose replies begin with `$` (36), come as the bytes that they are. */
const binary: SendOptions = { typeMapping: { 36: Buffer } }

/** A single server, through a client that stays its owner's. */
export function nodeRedisConnection(client: NodeRedisClient): Connection {
  const node = nodeOf(client)
  return {
    isCluster: false,
    send: (_key, command) => node.send(command),
    masters: async () => [node],
    close: async () => {},
  }
}

/** A cluster, through a client that stays its owner's. Reads go to masters, so that they see the writes before them. */
export function nodeRedisClusterConnection(client: NodeRedisCluster): Connection {
  return {
    isCluster: true,
    // A closed client has no servers: it fails with a `TypeError`, which means something else, or finds all of none well.
    send: (key, command) =>
      client.isOpen
        ? (client.sendCommand(key, false, command as Argument[], binary) as Promise<Reply>)
        : Promise.reject(new Error("The client is closed")),
    async masters() {
      if (!client.isOpen) throw new Error("The client is closed")
      return Promise.all(client.masters.map(async (master) => nodeOf(await client.nodeClient(master as never))))
    },
    close: async () => {},
  }
}

/** The master that sentinels name, through a client that stays its owner's. */
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

import type { Argument, Connection, RedisNode, Reply } from "./connection.js"

/** What is used of a `Redis` of ioredis or iovalkey; it may be connected to a server, or to a master through sentinels. */
export interface IoredisClient {
  readonly options: { readonly keyPrefix?: string | undefined }
  /** Stands for all methods that answer bytes: one for each command. */
  getBuffer(key: string): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

/** What is used of a `Cluster` of ioredis or iovalkey. */
export interface IoredisCluster extends IoredisClient {
  readonly isCluster: true
  nodes(role: "master"): readonly IoredisClient[]
}

/** A server or a cluster, through a client that stays its owner's. */
export function ioredisConnection(client: IoredisClient | IoredisCluster): Connection {
  const node = nodeOf(client)
  const cluster = "isCluster" in client && client.isCluster ? client : undefined
  return {
    isCluster: cluster !== undefined,
    // The client finds the keys in the command by itself.
    send: (_key, command) => node.send(command),
    masters: async () => cluster?.nodes("master").map(nodeOf) ?? [node],
    close: async () => {},
  }
}

// Not by `callBuffer`: of a client that pipelines by itself it takes the key for the command.
function nodeOf(client: IoredisClient): RedisNode {
  const methods = client as unknown as Readonly<Record<string, (...args: readonly Argument[]) => Promise<Reply>>>
  return {
    async send([name, ...args]) {
      const method = `${String(name).toLowerCase()}Buffer`
      return methods[method]?.(...args)
    },
  }
}

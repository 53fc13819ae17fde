import type { Argument, Connection, RedisNode, Reply } from "./connection.js"

/** What is used of a `Redis` of ioredis or iovalkey; it may be connected to a server, or to a master through sentinels. */
export interface IoredisClient {
  readonly options: { readonly keyPrefix?: string | undefined }
  /** One of the methods that answer bytes, and the one by which the client is known. */
  getBuffer(key: string): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

/** There is one for each command, which takes its arguments as they are; their types are as many. */
interface BufferMethods {
  readonly [name: `${string}Buffer`]: ((...args: readonly Argument[]) => Promise<Reply>) | undefined
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
  const methods = client as IoredisClient & BufferMethods
  return {
    async send([name, ...args]) {
      return methods[`${String(name).toLowerCase()}Buffer`]?.(...args)
    },
  }
}

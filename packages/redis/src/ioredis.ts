import { allMasters } from "./cluster-masters.js"
import type { Argument, Connection, RedisNode, Reply } from "./connection.js"

/** The methods used of a `Redis` of ioredis or iovalkey, connected to a server or through Sentinel. */
export interface IoredisClient {
  readonly options: { readonly keyPrefix?: string | undefined }
  /** One of the methods that return bytes; also identifies the client. */
  getBuffer(key: string): Promise<unknown>
  on(event: "error", listener: (error: unknown) => void): unknown
  off(event: "error", listener: (error: unknown) => void): unknown
}

/** There is one for each command, with its own argument types. */
interface BufferMethods {
  readonly [name: `${string}Buffer`]: ((...args: readonly Argument[]) => Promise<Reply>) | undefined
}

/** The methods used of a `Cluster` of ioredis or iovalkey. */
export interface IoredisCluster extends IoredisClient {
  readonly isCluster: true
  /** `"ready"`, or what it is doing instead. */
  readonly status: string
  nodes(role: "master"): readonly IoredisClient[]
}

/** A server or a cluster, through a client that the application owns. */
export function ioredisConnection(client: IoredisClient | IoredisCluster): Connection {
  const node = nodeOf(client)
  const cluster = "isCluster" in client && client.isCluster ? client : undefined
  return {
    isCluster: cluster !== undefined,
    // The client finds the keys in the command itself.
    send: (_key, command) => node.send(command),
    async masters() {
      if (cluster === undefined) return [node]
      // Until then it knows at most the servers that it was given. A command waits, or fails if the client is closed.
      if (cluster.status !== "ready") await node.send(["PING"])
      return allMasters(cluster.nodes("master").map(nodeOf))
    },
    close: async () => {},
  }
}

// Not `callBuffer`: with autopipelining, it mistakes the key for the command.
function nodeOf(client: IoredisClient): RedisNode {
  const methods = client as IoredisClient & BufferMethods
  return {
    async send([name, ...args]) {
      return methods[`${String(name).toLowerCase()}Buffer`]?.(...args)
    },
  }
}

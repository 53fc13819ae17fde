import { type RedisNode, type Reply, textOf } from "./connection.js"

/** A range of slots as `CLUSTER SLOTS` reports it: first, last, and the servers with address and id, the master first. */
type SlotRange = readonly [first: Reply, last: Reply, master: readonly [host: Reply, port: Reply, id: Reply]]

/**
 * The servers, if they are all masters of the cluster. Otherwise throws: a client learns of a new master when a command for a
 * key is redirected, but a scan is not, and would leave out its keys.
 */
export async function allMasters(nodes: readonly RedisNode[]): Promise<readonly RedisNode[]> {
  const ranges = (await nodes[0]?.send(["CLUSTER", "SLOTS"])) as readonly SlotRange[] | undefined
  const ids = new Set(ranges?.map(([, , [, , id]]) => textOf(id)))
  if (ids.size === nodes.length) return nodes
  throw new Error(`The cluster has ${ids.size} masters, but the client knows ${nodes.length}`)
}

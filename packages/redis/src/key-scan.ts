import { isUtf8 } from "node:buffer"
import { type Connection, type RedisNode, textOf } from "./connection.js"
import { globOfPrefix } from "./glob-prefix.js"
import { RecentKeys } from "./recent-keys.js"

/** Hash table buckets that a server visits per step: few enough not to delay others. */
const stepSize = "1000"

/** The keys of one server that start with the prefix, page by page; a key may appear twice. */
export async function* pagesOf(node: RedisNode, prefix: string): AsyncGenerator<readonly Buffer[]> {
  const pattern = globOfPrefix(prefix)
  let cursor = "0"
  do {
    const [next, keys] = (await node.send(["SCAN", cursor, "MATCH", pattern, "COUNT", stepSize])) as [Buffer, Buffer[]]
    cursor = textOf(next)
    if (keys.length > 0) yield keys
  } while (cursor !== "0")
}

/** Each key that starts with the prefix, once. */
export async function* keysOf(connection: Connection, prefix: string): AsyncGenerator<string> {
  for (const node of await connection.masters()) {
    const recent = new RecentKeys()
    for await (const page of pagesOf(node, prefix)) {
      for (const bytes of page) {
        // Larder's keys are UTF-8; others belong to other applications.
        if (!isUtf8(bytes)) continue
        const key = bytes.toString()
        if (recent.meet(key)) yield key
      }
    }
  }
}

import type { Milliseconds } from "@larder/core"
import { type Argument, type Connection, listOf, type Reply, textOf } from "./connection.js"
import { increment, incrementMany, setMany } from "./entry-scripts.js"
import type { Call } from "./gathered-calls.js"

/** From so many sets on a script costs less than that many commands. */
const worthScript = 3

/** The values of entries. */
export async function readTogether(
  connection: Connection,
  calls: readonly Call[],
): Promise<readonly (Uint8Array | undefined | Error)[]> {
  if (connection.isCluster) {
    return each(calls, async ({ key }) => hitOf(listOf(await connection.send(key, ["MGET", key]), 1)[0]))
  }
  const keys = calls.map(({ key }) => key)
  return listOf(await connection.send(keys[0] ?? "", ["MGET", ...keys]), keys.length).map(hitOf)
}

/** Stores entries that are kept for the same time. */
export async function storeTogether(
  connection: Connection,
  calls: readonly Call[],
  ttl: Milliseconds | undefined,
): Promise<readonly (undefined | Error)[]> {
  if (connection.isCluster || calls.length < worthScript) {
    return each(calls, async ({ key, argument }) => {
      await connection.send(key, ["SET", key, argument, ...expiry(ttl)])
      return undefined
    })
  }
  const keys = calls.map(({ key }) => key)
  await setMany.run(connection, keys, String(ttl ?? ""), ...calls.map(({ argument }) => argument))
  return []
}

/** Adds to integers; the sums, `undefined` where there is no entry. */
export async function countTogether(
  connection: Connection,
  calls: readonly Call[],
): Promise<readonly (number | undefined | Error)[]> {
  if (connection.isCluster || calls.length === 1) {
    return each(calls, async ({ key, argument }) => sumOf(await increment.run(connection, [key], argument), argument))
  }
  const [keys, deltas] = [calls.map(({ key }) => key), calls.map(({ argument }) => argument)]
  const replies = listOf(await incrementMany.run(connection, keys, ...deltas), keys.length)
  return replies.map((reply, index) => sumOf(reply, deltas[index] ?? ""))
}

/** What `SET` is told of the expiry. */
export function expiry(ttl: Milliseconds | undefined): readonly string[] {
  return ttl === undefined ? [] : ["PX", String(ttl)]
}

/** The bytes of an entry; a key of another type holds none. */
export function hitOf(reply: Reply): Uint8Array | undefined {
  return Buffer.isBuffer(reply) ? reply : undefined
}

function sumOf(reply: Reply, delta: Argument): number | undefined | Error {
  if (typeof reply === "number") return reply
  if (reply === null) return undefined
  const answer = textOf(reply)
  if (answer === "type") return new TypeError("The entry is not a decimal integer")
  if (answer === "range") return new RangeError(`The entry, or the entry plus ${delta}, is not a safe integer`)
  const sum = Number(answer)
  return Number.isSafeInteger(sum) ? sum : new Error(answer)
}

/** One command for each call, all in one turn. One that fails does not keep the others from being answered. */
function each<Answer>(
  calls: readonly Call[],
  ask: (call: Call) => Promise<Answer>,
): Promise<readonly (Answer | Error)[]> {
  return Promise.all(
    calls.map(async (call) => {
      try {
        return await ask(call)
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error))
      }
    }),
  )
}

import type { Milliseconds } from "@larder/core"
import { type Argument, type Connection, listOf, type Reply, textOf } from "./connection.js"
import { increment, incrementMany, setMany } from "./entry-scripts.js"
import type { Call } from "./gathered-calls.js"

/** From this many `set`s on, one script is cheaper than as many commands. */
export const worthScript = 3

/** The values of entries. */
export async function readTogether(
  connection: Connection,
  calls: readonly Call[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const keys = keysOf(calls)
  return listOf(await connection.send(keys[0] ?? "", ["MGET", ...keys]), keys.length).map(hitOf)
}

/** Stores entries that are kept for the same time. */
export async function storeTogether(
  connection: Connection,
  calls: readonly Call[],
  ttl: Milliseconds | undefined,
): Promise<readonly undefined[]> {
  const [first, second] = calls
  if (first !== undefined && second === undefined) {
    await connection.send(first.key, ["SET", first.key, first.argument, ...expiry(ttl)])
  } else {
    await setMany.run(connection, keysOf(calls), String(ttl ?? ""), ...argumentsOf(calls))
  }
  return []
}

/** Adds to integers. Resolves with the sums; `undefined` where there is no entry. */
export async function countTogether(
  connection: Connection,
  calls: readonly Call[],
): Promise<readonly (number | undefined | Error)[]> {
  const [keys, deltas] = [keysOf(calls), argumentsOf(calls)]
  const replies =
    calls.length === 1
      ? [await increment.run(connection, keys, ...deltas)]
      : listOf(await incrementMany.run(connection, keys, ...deltas), calls.length)
  return replies.map((reply, index) => sumOf(reply, deltas[index] ?? ""))
}

/** The arguments of `SET` for the expiry. */
export function expiry(ttl: Milliseconds | undefined): readonly string[] {
  return ttl === undefined ? [] : ["PX", String(ttl)]
}

/** The bytes of an entry; `undefined` for a key of another type. */
export function hitOf(reply: Reply): Uint8Array | undefined {
  return Buffer.isBuffer(reply) ? reply : undefined
}

function keysOf(calls: readonly Call[]): readonly string[] {
  return calls.map(({ key }) => key)
}

function argumentsOf(calls: readonly Call[]): readonly Argument[] {
  return calls.map(({ argument }) => argument)
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

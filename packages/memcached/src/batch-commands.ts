import { done, flag, type Part, removeText, storeParts, unexpected, valueIn, type WireEntry } from "./meta-commands.js"
import { barrier, type Request, unfinished } from "./request.js"

/** The values in the order of the keys. The server only replies to hits, each with the index of its key. */
export function getValues(keys: readonly string[]): Request<(Uint8Array | undefined)[]> {
  const values = new Array<Uint8Array | undefined>(keys.length).fill(undefined)
  return {
    parts: [keys.map((key, position) => `mg ${key} v q O${position}\r\n`).join("") + barrier],
    batch: true,
    read(reply) {
      if (reply.code === "MN") return values
      const position = Number(flag(reply, "O"))
      if (!(position < keys.length)) throw unexpected(reply)
      values[position] = valueIn(reply)
      return unfinished
    },
  }
}

/** Stores all of them. The server only replies to errors. */
export function storeAll(entries: readonly WireEntry[], exptime: number): Request<void> {
  const parts: Part[] = entries.flatMap((entry) => storeParts(entry, exptime, "q"))
  parts.push(barrier)
  return {
    parts,
    batch: true,
    read(reply) {
      if (reply.code !== "MN") throw unexpected(reply)
    },
  }
}

/** Removes all of them and returns how many there were. */
export function removeAll(keys: readonly string[]): Request<number> {
  let removed = 0
  return {
    parts: [keys.map((key) => removeText(key)).join("") + barrier],
    batch: true,
    read(reply) {
      if (reply.code === "MN") return removed
      if (done(reply)) removed += 1
      return unfinished
    },
  }
}

import type { Reply } from "./reply-parser.js"
import type { Request } from "./request.js"

/** An entry with its CAS token. */
export interface StoredEntry {
  readonly value: Uint8Array
  /** Changes with every write. */
  readonly token: string
  /** Whole seconds; -1: never expires. */
  readonly secondsLeft: number
}

/** A value, and its key as it is sent. */
export interface WireEntry {
  readonly key: string
  readonly value: Uint8Array
}

/** Bytes to send: a latin1 string, or bytes. */
export type Part = string | Uint8Array

/** Reads the value. Keys are from `wireKey`, here and below. */
export function getValue(key: string): Request<Uint8Array | undefined> {
  return { parts: [`mg ${key} v\r\n`], read: valueIn }
}

export function getEntry(key: string): Request<StoredEntry | undefined> {
  return {
    parts: [`mg ${key} v c t\r\n`],
    read(reply) {
      const value = valueIn(reply)
      return value && { value, token: flag(reply, "c"), secondsLeft: Number(flag(reply, "t")) }
    },
  }
}

/** Whole seconds; -1: never expires; `undefined`: there is no entry. */
export function getSecondsLeft(key: string): Request<number | undefined> {
  return {
    parts: [`mg ${key} t\r\n`],
    read: (reply) => (found(reply) ? Number(flag(reply, "t")) : undefined),
  }
}

/** Replaces the expiry of the entry; false if there is none. */
export function touch(key: string, exptime: number): Request<boolean> {
  return { parts: [`mg ${key} T${exptime}\r\n`], read: found }
}

/** When to store: `ME`: if there is no entry; `C` and a token: if the entry has that token; `""`: always. */
export type StoreCondition = "ME" | `C${string}` | ""

/** False if the condition does not hold. */
export function store(entry: WireEntry, exptime: number, condition: StoreCondition): Request<boolean> {
  return { parts: storeParts(entry, exptime, condition), read: done }
}

export function storeParts({ key, value }: WireEntry, exptime: number, flags: string): readonly Part[] {
  return [`ms ${key} ${value.length} T${exptime} ${flags}\r\n`, value, "\r\n"]
}

/** Removes the entry; with a token, only if the entry has that one. False if nothing was removed. */
export function remove(key: string, token?: string): Request<boolean> {
  return { parts: [removeText(key, token)], read: done }
}

export function removeText(key: string, token?: string): string {
  return token === undefined ? `md ${key}\r\n` : `md ${key} C${token}\r\n`
}

/** Adds in the server, which keeps the expiry. Returns the new token; `undefined` if the given one is outdated. */
export function addToNumber(key: string, token: string, delta: number): Request<string | undefined> {
  const direction = delta < 0 ? "MD" : "MI"
  return {
    parts: [`ma ${key} C${token} ${direction} D${Math.abs(delta)} c\r\n`],
    // A CLIENT_ERROR here means that the entry is no longer a number.
    read: (reply) => (reply.code !== "CLIENT_ERROR" && done(reply) ? flag(reply, "c") : undefined),
  }
}

export function noop(): Request<void> {
  return {
    parts: ["mn\r\n"],
    read(reply) {
      if (reply.code !== "MN") throw unexpected(reply)
    },
  }
}

/** Removes everything from the server, including entries of other applications. */
export function flushAll(): Request<void> {
  return {
    parts: ["flush_all\r\n"],
    read(reply) {
      if (reply.code !== "OK") throw unexpected(reply)
    },
  }
}

/** The value of a reply to `mg`, `undefined` for a miss. */
export function valueIn(reply: Reply): Uint8Array | undefined {
  if (reply.code === "VA") return reply.value
  if (reply.code === "EN") return undefined
  throw unexpected(reply)
}

/** Whether a reply to `mg` without a value means a hit. */
export function found(reply: Reply): boolean {
  if (reply.code === "HD") return true
  if (reply.code === "EN") return false
  throw unexpected(reply)
}

/** Whether a reply to a change means that it was made. */
export function done(reply: Reply): boolean {
  if (reply.code === "HD") return true
  if (reply.code === "NS" || reply.code === "EX" || reply.code === "NF") return false
  throw unexpected(reply)
}

/** The value of a flag of a reply, by its letter. */
export function flag(reply: Reply, letter: string): string {
  const { flags } = reply
  const start = flags.startsWith(letter) ? 0 : flags.indexOf(` ${letter}`) + 1
  if (start === 0 && !flags.startsWith(letter)) throw unexpected(reply)
  const end = flags.indexOf(" ", start)
  return flags.slice(start + 1, end === -1 ? undefined : end)
}

/** For a reply that does not belong to its request. */
export function unexpected({ code, flags }: Reply): Error {
  const shown = JSON.stringify(`${code} ${flags}`.trimEnd().slice(0, 100))
  return new Error(
    code === "ERROR" && flags === ""
      ? `${shown}, as servers before 1.6 do, which do not know meta commands`
      : `${shown}, an unexpected reply`,
  )
}

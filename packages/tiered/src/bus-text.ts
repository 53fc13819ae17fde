import type { BusMessage, Change } from "./bus.js"

const version = 1

/** A longer text was not sent by a `RedisBus`; it is read as a message for all keys. */
const longestText = 1024 * 1024

/** A message and the bus that sent it. */
export interface SentMessage extends BusMessage {
  readonly sender: string
}

/** Stands for a message that cannot be parsed: any key may have changed. */
const unclear: SentMessage = { sender: "", origin: "", change: { prefix: "" } }

/** Serializes a message for a bus between processes. */
export function busText({ sender, origin, change }: SentMessage): string {
  return JSON.stringify({ version, sender, origin, ...change })
}

/** Parses a message. An unknown format, such as that of a later version, is read as a change of all keys. */
export function readBusText(text: string): SentMessage {
  if (text.length > longestText) return unclear
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return unclear
  }
  if (typeof read !== "object" || read === null || !("version" in read) || read.version !== version) return unclear
  const change = changeIn(read)
  const [sender, origin] = ["sender", "origin"].map((name): unknown => Reflect.get(read, name))
  if (change === undefined || typeof sender !== "string" || typeof origin !== "string") return unclear
  return { sender, origin, change }
}

function changeIn(read: object): Change | undefined {
  if ("prefix" in read) return typeof read.prefix === "string" ? { prefix: read.prefix } : undefined
  if (!("keys" in read) || !Array.isArray(read.keys)) return undefined
  const keys: readonly unknown[] = read.keys
  return keys.every((key) => typeof key === "string") ? { keys } : undefined
}

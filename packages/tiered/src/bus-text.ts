import type { BusMessage, Change } from "./bus.js"

const version = 1

/** Longer texts than any bus of ours sends say no more than that something changed. */
const longestText = 1024 * 1024

/** A message and the bus that sent it. */
export interface SentMessage extends BusMessage {
  readonly sender: string
}

/** What somebody says who cannot be understood: anything may have changed. */
const unclear: SentMessage = { sender: "", origin: "", change: { prefix: "" } }

/** A message as text, for a bus between processes. */
export function busText({ sender, origin, change }: SentMessage): string {
  return JSON.stringify({ version, sender, origin, ...change })
}

/** The message of a text. Whatever it is, later versions of this format included, no change is overlooked. */
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

import { bytesOf } from "./stored-values.js"

/** Strings, each with others that a careless comparison takes for it, and some that it does not. */
export const lookAlikes: Readonly<Record<string, readonly string[]>> = {
  owner: ["another", "", "owne", "owner2", "Owner", "OWNER", "owner ", " owner", "owner\0", "\u00f6wner"],
  // Equal as numbers.
  "10": ["010", "10.0", "1e1", "+10"],
}

/** A value, and another one of about the same length that differs in the last bit. */
export interface ByteTwins {
  readonly name: string
  readonly held: Uint8Array
  readonly almost: Uint8Array
}

/** Binary, long and empty values, each with a twin that a careless comparison takes for it. */
export function byteTwins(): readonly ByteTwins[] {
  const samples = {
    all: Uint8Array.from({ length: 256 }, (_, index) => index),
    large: new Uint8Array(60_000).fill(255),
    binary: Uint8Array.of(0xff, 0),
    blank: bytesOf(" "),
    empty: new Uint8Array(),
    view: bytesOf("before|inside|after").subarray(7, 13),
  }
  return Object.entries(samples).map(([name, held]) => {
    const almost = held.length === 0 ? bytesOf("\0") : held.slice()
    almost[almost.length - 1] = (held.at(-1) ?? 0) ^ 1
    return { name, held, almost }
  })
}

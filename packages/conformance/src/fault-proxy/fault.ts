/** What a network may do to the replies of a store. */
export type Fault =
  /** Connections are closed, and nobody listens on the port. */
  | { readonly kind: "refuse" }
  /** Connections are accepted and kept, and nothing comes through. What is on its way arrives when the fault has ended. */
  | { readonly kind: "silence" }
  /** Every connection is reset (RST) when so many bytes of replies have come through since the fault began: 0 at once. Default: 1. */
  | { readonly kind: "reset"; readonly afterBytes?: number }
  /** Every piece of a reply waits for `latency` and up to `jitter` milliseconds (0), at most so many bytes a second come through (no limit). */
  | { readonly kind: "slow"; readonly latency?: number; readonly jitter?: number; readonly bytesPerSecond?: number }
  /** Replies come in pieces of so many bytes. */
  | { readonly kind: "slice"; readonly bytes: number }
  /** Bytes that are no protocol come in the place of replies. */
  | { readonly kind: "garbage" }

/** The faults of a network that has none. */
export const noFault = { kind: "pass" } as const

/** A fault, or none. */
export type NetworkState = Fault | typeof noFault

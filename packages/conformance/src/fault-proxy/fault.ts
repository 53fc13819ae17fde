/** A network fault. */
export type Fault =
  /** Open connections are closed, and new ones are refused. */
  | { readonly kind: "refuse" }
  /** Connections are accepted and kept open, but nothing is forwarded. What was sent meanwhile arrives after the fault. */
  | { readonly kind: "silence" }
  /** Every connection is reset (RST) after `afterBytes` bytes of replies since the fault began; 0: at once. Default: 1. */
  | { readonly kind: "reset"; readonly afterBytes?: number }
  /**
   * Every chunk of a reply is delayed by `latency` plus up to `jitter` milliseconds (default: 0), and at most
   * `bytesPerSecond` bytes are forwarded (default: no limit).
   */
  | { readonly kind: "slow"; readonly latency?: number; readonly jitter?: number; readonly bytesPerSecond?: number }
  /** Replies are forwarded in chunks of `bytes` bytes. */
  | { readonly kind: "slice"; readonly bytes: number }
  /** Replies are replaced by bytes that are not valid in any protocol. */
  | { readonly kind: "garbage" }

/** The state of a network without a fault. */
export const noFault = { kind: "pass" } as const

/** A fault, or none. */
export type NetworkState = Fault | typeof noFault

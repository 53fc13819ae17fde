import { type ConnectionOptions, createSecureContext } from "node:tls"

/** Options of `tls.connect`: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized` etc. `servers` says where to connect. */
export type TlsOptions = Omit<ConnectionOptions, "host" | "port" | "path" | "socket" | "lookup" | "timeout">

/**
 * The options with their certificates loaded, once for all connections; `undefined` for none. Throws a `TypeError`, which
 * never shows a key, for anything else.
 */
export function readTls(tls: boolean | TlsOptions): TlsOptions | undefined {
  if (tls === false) return undefined
  if (tls !== true && (typeof tls !== "object" || tls === null)) {
    throw new TypeError(`MemcachedBackend: tls must be true, false or options of tls.connect, got ${typeof tls}`)
  }
  const options: TlsOptions = tls === true ? {} : tls
  try {
    return { secureContext: createSecureContext(options), ...options }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`MemcachedBackend: tls has options that tls.connect does not take: ${reason}`, { cause })
  }
}

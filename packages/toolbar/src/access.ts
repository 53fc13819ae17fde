import { ConfigurationError } from "@larder/core"
import type { RequestHead } from "./request-head.js"

/** Who may see the toolbar. `Request` is what the framework passes: its request, or its context. */
export interface AccessOptions<Request> {
  /** Default: true, unless `NODE_ENV` is `"production"`. There, `true` needs `authorize`. */
  readonly enabled?: boolean | undefined
  /**
   * Returns true if the request may see the toolbar. Any other result, or an error, denies access. Default outside
   * production: clients on this machine that use one of its names (`localhost`, `127.0.0.1`), unless the request came
   * through a proxy.
   */
  readonly authorize?: ((request: Request) => boolean | Promise<boolean>) | undefined
}

/** Whether a request is allowed access. */
export type Access<Request> = (request: Request, head: RequestHead) => Promise<boolean>

/**
 * Returns the access check for these options; `undefined` if the toolbar is off, as it is in production by default. Throws a
 * `ConfigurationError` if it is enabled in production without `authorize`.
 */
export function accessFor<Request>({ enabled, authorize }: AccessOptions<Request>): Access<Request> | undefined {
  const production = process.env.NODE_ENV === "production"
  if (!(enabled ?? !production)) return undefined
  if (authorize === undefined) {
    if (production) {
      throw new ConfigurationError(
        'enabled: true with NODE_ENV "production" needs authorize: (request) => boolean, which decides who may see it',
      )
    }
    return async (_request, head) => isLocal(head)
  }
  return accessBy(authorize)
}

/**
 * Returns an access check that calls `authorize`. Any result but `true`, or an error, denies access. Throws a
 * `ConfigurationError` if `authorize` is not a function.
 */
export function accessBy<Request>(
  authorize: (request: Request) => boolean | Promise<boolean>,
): (request: Request) => Promise<boolean> {
  if (typeof authorize !== "function") {
    throw new ConfigurationError(`authorize must be a function of the request; got ${typeof authorize}`)
  }
  return async (request) => {
    try {
      return (await authorize(request)) === true
    } catch {
      return false
    }
  }
}

/** Headers that proxies add. A proxy on this machine connects from a loopback address for every client. */
const forwardingHeaders = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
]

/**
 * Whether a request comes from this machine, not through a proxy, and has a name of this machine as its host. The check of the
 * host prevents DNS rebinding, in which the page of another site reads this one because its name points to this machine.
 */
export function isLocal({ address, host, header }: RequestHead): boolean {
  return (
    address !== undefined &&
    isLoopback(address) &&
    host !== undefined &&
    loopbackHost.test(host) &&
    forwardingHeaders.every((name) => header(name) === undefined)
  )
}

/** `localhost` and names below it (RFC 6761, section 6.3), 127.0.0.0/8 and ::1, with or without a port. */
const loopbackHost = /^(?:(?:[^:@/]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i

/** 127.0.0.0/8, also as an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2), and ::1. */
function isLoopback(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address)
}

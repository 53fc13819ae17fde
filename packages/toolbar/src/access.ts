import { ConfigurationError } from "@larder/core"

/** Who sees what this package shows. `Request` is the request, or the context, of the framework. */
export interface AccessOptions<Request> {
  /** Default: true, unless `NODE_ENV` is `"production"`. There, `true` needs `authorize`. */
  readonly enabled?: boolean | undefined
  /**
   * Returns true for requests that may see it. Anything else, or a rejection, means no. Default, outside production: clients
   * on this machine whose request came through no proxy.
   */
  readonly authorize?: ((request: Request) => boolean | Promise<boolean>) | undefined
}

/** Where a request comes from. */
export interface Client {
  /** The address at the other end of the connection. `undefined`: unknown, and then not local. */
  readonly address: string | undefined
  /** Whether the request has this header; the name is in lower case. */
  has(name: string): boolean
}

/** Whether a request may see it. */
export type Access<Request> = (request: Request, client: Client) => Promise<boolean>

/**
 * Returns the access check for these options; `undefined` if what they are for is off, as it is in production unless asked
 * for. Throws a `ConfigurationError` if it is on in production without `authorize`.
 */
export function accessFor<Request>({ enabled, authorize }: AccessOptions<Request>): Access<Request> | undefined {
  const production = process.env.NODE_ENV === "production"
  if (!(enabled ?? !production)) return undefined
  if (authorize === undefined) {
    if (production) {
      throw new ConfigurationError(
        'enabled: true with NODE_ENV "production" needs authorize: (request) => boolean, which says who may see it',
      )
    }
    return async (_request, client) => isLocal(client)
  }
  return accessBy(authorize)
}

/**
 * Returns the access check that a callback makes: anything but `true`, an error included, refuses. Throws a
 * `ConfigurationError` if it is not a function.
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

/** What proxies add. A proxy on this machine connects from it for everybody. */
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

/** Whether the client is on this machine, and no proxy stands between. */
export function isLocal({ address, has }: Client): boolean {
  return address !== undefined && isLoopback(address) && !forwardingHeaders.some((name) => has(name))
}

/** 127.0.0.0/8, also written in IPv6 (RFC 4291, 2.5.5.2), and ::1. */
function isLoopback(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address)
}

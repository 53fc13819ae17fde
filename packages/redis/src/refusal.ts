import { RedisConnectionError } from "./located-error.js"
import { isServerError } from "./owned-client.js"

/** A server that says so serves nobody for now, or not this client. */
const servesNobody = "(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS)"

/** Whether a server was reached, and does not do what it was asked: it is out of memory, or a replica, or may not. */
export function isRefusal(error: unknown): boolean {
  const said = error instanceof RedisConnectionError ? error.cause : error
  return isServerError(said) && !isServerError(said, servesNobody)
}

import { RedisConnectionError } from "./located-error.js"
import { isServerError } from "./owned-client.js"

/** Errors of a server that is unavailable for now, or for this client. */
const servesNobody = "(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|NOAUTH|WRONGPASS)"

/** Whether a server responded but did not carry out the command: it is out of memory, a replica, or forbids it. */
export function isRefusal(error: unknown): boolean {
  const said = error instanceof RedisConnectionError ? error.cause : error
  return isServerError(said) && !isServerError(said, servesNobody)
}

import { compute } from "./compute.js"
import {
  type FillCall,
  type Filled,
  type FillParts,
  type FillRequest,
  type Found,
  type Making,
  readAgain,
} from "./fill.js"
import { verdictOn } from "./freshness.js"
import type { Flight } from "./single-flight.js"
import type { Operation } from "./tracing.js"
import { within } from "./within.js"

/**
 * The result of the key's flight, which is started if there is none. `found` is what was just read, if it could not be
 * returned at once.
 */
export function share(
  parts: FillParts,
  call: FillCall,
  finalKey: string,
  found: Found | undefined,
  operation: Operation | undefined,
): Promise<Filled> {
  const { signal, tags } = call
  const { flights } = parts.underway
  const underway = flights.joinUnderway(finalKey, signal)
  if (underway !== undefined) return underway
  const work = (flight: Flight): Promise<Filled> => fill(parts, { ...call, finalKey, found }, flight, operation)
  // A stale value that callers may fall back to has tags of its own.
  const tagged = tags !== undefined || found?.hit === true
  return flights.join(finalKey, work, { signal, tagged })
}

async function fill(
  parts: FillParts,
  request: FillRequest,
  flight: Flight,
  operation: Operation | undefined,
): Promise<Filled> {
  const found = request.found ?? (await readAgain(parts, request, flight, operation))
  switch (verdictOn(found.reading, request.policy, Date.now())) {
    case "give":
      return found
    case "refresh":
      refresh(parts, request, found)
      return found
    case "fallBack":
      return refreshOrFallBack({ parts, request, flight, found, operation })
    case "compute":
      return compute({ parts, request, flight, found, operation })
  }
}

/** In the background: the callers have a value. Errors are traced; the next caller tries again. */
export function refresh(parts: FillParts, request: FillRequest, found: Found): void {
  const work = (flight: Flight): Promise<Filled> =>
    parts.calls.trace("refresh", [request.key], (operation) => compute({ parts, request, flight, found, operation }))
  parts.underway.refreshes.start(request.finalKey, work, { tagged: request.tags !== undefined })
}

async function refreshOrFallBack(making: Making): Promise<Filled> {
  const { parts, request, flight, found } = making
  const work = (refreshing: Flight): Promise<Filled> => compute({ ...making, flight: refreshing })
  const refreshed = parts.underway.refreshes.join(request.finalKey, work, {
    tagged: request.tags !== undefined,
    waiter: flight,
  })
  const { timeoutSoft } = request.policy
  try {
    return await (timeoutSoft === undefined ? refreshed : within(refreshed, timeoutSoft, () => found))
  } catch {
    return found
  }
}

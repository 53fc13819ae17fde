import { warn } from "./warn.js"

let warned = false

/**
 * Returns a function that calls `run` and never throws. Node rethrows the errors of diagnostics-channel subscribers as uncaught
 * exceptions, which would end the process. The first error emits the process warning `LARDER_TELEMETRY`.
 */
export function guarded<Args extends unknown[], Answer>(
  run: (...args: Args) => Answer,
): (...args: Args) => Answer | undefined {
  return (...args) => {
    try {
      return run(...args)
    } catch (error) {
      if (!warned) {
        warned = true
        const reason = error instanceof Error ? `: ${error.message}` : ""
        warn(`Cache telemetry is incomplete because an operation could not be recorded${reason}`)
      }
      return undefined
    }
  }
}

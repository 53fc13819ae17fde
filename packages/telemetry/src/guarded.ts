let warned = false

/**
 * The function, which from now on never throws. Node turns what a subscriber of a diagnostics channel throws into an uncaught
 * exception, and a metric must not end a process. The first error is emitted as a process warning, `LARDER_TELEMETRY`.
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
        process.emitWarning(`Telemetry of caches is incomplete, because measuring them failed${reason}`, {
          type: "LarderWarning",
          code: "LARDER_TELEMETRY",
        })
      }
      return undefined
    }
  }
}

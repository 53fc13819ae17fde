import { warnOnce } from "./warn-once.js"

/**
 * Returns a function that calls `run`, and emits `message` as a warning if it throws. Node rethrows the errors of
 * diagnostics-channel subscribers as uncaught exceptions, which would end the process.
 */
export function guarded<Args extends unknown[]>(
  message: string,
  run: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      run(...args)
    } catch (error) {
      warnOnce(message, error)
    }
  }
}

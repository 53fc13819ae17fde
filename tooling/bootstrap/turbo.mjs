import { pnpm } from "./pnpm.mjs"

/**
 * Runs a task of `turbo.json` in every package; what is up to date is not run again.
 *
 * @param {string} task
 * @param {readonly string[]} [args] further arguments of `turbo run`
 * @param {import("./command.mjs").CommandOptions} [options]
 */
export async function turbo(task, args = [], options = {}) {
  // Turbo starts the scripts of the packages through a pnpm on the PATH, and `pnpm exec` puts one there.
  const quietly = options.echo ? [] : ["--output-logs=errors-only"]
  await pnpm(["exec", "turbo", "run", task, ...quietly, ...args], {
    ...options,
    env: { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", ...options.env },
  })
}

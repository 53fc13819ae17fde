import { pnpm } from "./pnpm.mjs"

/**
 * Runs a task of `turbo.json` in every package, unless it is up to date.
 *
 * @param {string} task
 * @param {readonly string[]} [args] further arguments of `turbo run`
 * @param {import("./command.mjs").CommandOptions} [options]
 */
export async function turbo(task, args = [], options = {}) {
  // Turbo runs the scripts of packages with the pnpm on the PATH, where `pnpm exec` puts one.
  const quietly = options.echo ? [] : ["--output-logs=errors-only"]
  await pnpm(["exec", "turbo", "run", task, ...quietly, ...args], {
    ...options,
    env: { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", ...options.env },
  })
}

import { spawn } from "node:child_process"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] default: the root of the repository
 * @property {Record<string, string>} [env] additions to the environment of this process
 * @property {boolean} [echo] whether to show the output immediately
 * @property {number} [deadline] milliseconds after which the command is killed; default: none
 */

/**
 * @typedef {object} CommandResult
 * @property {number} code the exit code; 1 if a signal ended the command, 127 if it could not be started
 * @property {string} output both streams, in the order in which they were received
 * @property {boolean} late whether it was killed at the deadline
 */

/** Names the command that failed. `output` is its output, unless that was shown. */
export class CommandError extends Error {
  /** @param {string} message @param {string} output */
  constructor(message, output) {
    super(message)
    this.name = "CommandError"
    this.output = output
  }
}

/**
 * Runs a command without standard input and collects its output. Never rejects.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function collect(command, args, options = {}) {
  const { cwd = repositoryRoot, env = {}, echo = false, deadline } = options
  return new Promise((resolve) => {
    let output = ""
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: deadline,
      killSignal: "SIGKILL",
      // npm, npx and pnpm are scripts on Windows, which only a shell can start.
      shell: process.platform === "win32" && command !== process.execPath,
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8")
      stream.on("data", (text) => {
        output += text
        if (echo) process.stdout.write(text)
      })
    }
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n`, late: false }))
    child.on("close", (code) => resolve({ code: code ?? 1, output, late: child.killed }))
  })
}

/**
 * Runs a command that must succeed, and returns its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<string>} rejects with a `CommandError` if the exit code is not 0
 */
export async function run(command, args, options) {
  const { code, output } = await collect(command, args, options)
  if (code === 0) return output
  throw new CommandError(
    `\`${[command, ...args].join(" ")}\` ended with exit code ${code}.`,
    options?.echo ? "" : output,
  )
}

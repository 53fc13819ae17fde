import { spawn } from "node:child_process"
import { repositoryRoot } from "./repository-root.mjs"

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] the root of the repository when absent
 * @property {Record<string, string>} [env] added to the environment of this process
 * @property {boolean} [echo] shows the output while it comes
 * @property {number} [deadline] milliseconds after which the command is killed; none when absent
 */

/**
 * @typedef {object} CommandResult
 * @property {number} code the exit code; 1 when a signal ended the command, 127 when it could not be started
 * @property {string} output both streams, in the order of their arrival
 * @property {boolean} late whether it was killed at its deadline
 */

/** Says which command ended badly; `output` holds what it wrote and nobody saw. */
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
 * Runs a command that has to succeed; answers its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<string>} rejects with a `CommandError` when the exit code is not 0
 */
export async function run(command, args, options) {
  const { code, output } = await collect(command, args, options)
  if (code === 0) return output
  throw new CommandError(
    `\`${[command, ...args].join(" ")}\` ended with exit code ${code}.`,
    options?.echo ? "" : output,
  )
}

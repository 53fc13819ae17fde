#!/usr/bin/env node
import { failureLine } from "./failure-line.js"
import { onInterrupt } from "./interrupt.js"
import { main } from "./main.js"
import { standardInput, standardOutput } from "./standard-streams.js"

// The command reports each failure on one line; warnings of the caches would repeat it.
process.removeAllListeners("warning")

let isLost = false
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader may close the pipe early, like `head`.
  if (!isLost && error.code !== "EPIPE") {
    process.stderr.write(`larder: ${failureLine(error)}\n`)
    process.exitCode = 1
  }
  isLost = true
})

// Nobody reads the failures, but the exit code still reports them.
process.stderr.on("error", () => undefined)

let isDone = false
process.on("exit", () => {
  if (isDone) return
  process.stderr.write(
    "larder: the process ended before the command: the configuration or a client called process.exit(), or awaits a promise that never settles\n",
  )
  process.exitCode = 1
})

// For example an `error` event of a client in the configuration. The stack trace could contain a password.
process.on("uncaughtException", (error) => {
  isDone = true
  process.stderr.write(`larder: ${failureLine(error)}\n`)
  process.exit(1)
})

// Without `await`: of one that never settles at the top level, Node 26 prints a warning of several lines.
void run()

async function run(): Promise<void> {
  const output = standardOutput(process.stdout, process.stderr)
  const input = { ...standardInput(process.stdin, process.stderr), onInterrupt }
  const code = await main(process.argv.slice(2), output, process.cwd(), input)
  isDone = true
  process.exitCode ||= code

  // Wait for pending output. Then exit, because clients that the configuration created may keep the process alive.
  await Promise.all([process.stdout, process.stderr].map(written))
  process.exit()
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()))
}

#!/usr/bin/env node
import { failureLine } from "./failure-line.js"
import { main } from "./main.js"

// A failure is one line, which the command writes; the warnings of the caches would say it again.
process.removeAllListeners("warning")

let isLost = false
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads may stop before the end, as `head` does.
  if (!isLost && error.code !== "EPIPE") {
    process.stderr.write(`larder: ${failureLine(error)}\n`)
    process.exitCode = 1
  }
  isLost = true
})

let isDone = false
process.on("exit", () => {
  if (isDone) return
  // By `process.exit()`, or by an `await` for what never comes.
  process.stderr.write("larder: the process ended before the command, in the configuration or in a client\n")
  process.exitCode = 1
})

// A client in a configuration that emits `error` without a listener: its stack trace may show a password.
process.on("uncaughtException", (error) => {
  isDone = true
  process.stderr.write(`larder: ${failureLine(error)}\n`)
  process.exit(1)
})

const code = await main(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
})
isDone = true
process.exitCode ||= code

// What was written to a pipe is still on its way. Pools that a configuration made itself would keep the process alive.
await Promise.all([process.stdout, process.stderr].map(written))
process.exit()

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()))
}

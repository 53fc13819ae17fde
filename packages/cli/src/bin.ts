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

// Not process.exit(): what was written to a pipe is still on its way.
process.exitCode ||= await main(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
})

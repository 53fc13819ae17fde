#!/usr/bin/env node
import { main } from "./main.js"

// A failure is one line, which the command writes; the warnings of the caches would say it again.
process.removeAllListeners("warning")

// Whoever reads may stop before the end, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error
})

// Not process.exit(): what was written to a pipe is still on its way.
process.exitCode = await main(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
})

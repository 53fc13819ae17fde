#!/usr/bin/env node
import { ask } from "./ask.js"
import { main } from "./main.js"
import type { Terminal } from "./terminal.js"

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  ...(process.stdin.isTTY &&
    process.stdout.isTTY && { ask: (question: string) => ask(question, process.stdin, process.stdout) }),
}

// The reader may have closed the pipe. The exit code still tells whether the package was written.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined)

// Package managers set this variable for the commands that they run: "pnpm/10.1.0 npm/? node/v24.0.0 linux x64".
const packageManager = /^[a-z]+(?=\/)/.exec(process.env.npm_config_user_agent ?? "")?.[0]
process.exitCode = await main(process.argv.slice(2), terminal, process.cwd(), packageManager)

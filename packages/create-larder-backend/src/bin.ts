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

// Package managers introduce themselves to what they run: "pnpm/10.1.0 npm/? node/v24.0.0 linux x64".
const packageManager = /^[a-z]+(?=\/)/.exec(process.env.npm_config_user_agent ?? "")?.[0]
process.exitCode = await main(process.argv.slice(2), terminal, process.cwd(), packageManager)

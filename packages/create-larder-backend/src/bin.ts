#!/usr/bin/env node
import { createInterface } from "node:readline"
import { main } from "./main.js"
import type { Terminal } from "./terminal.js"

/** Resolves to an empty answer when the terminal is closed, by Ctrl+C or Ctrl+D. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  return new Promise((resolve) => {
    lines.question(question, (answer) => {
      resolve(answer)
      lines.close()
    })
    lines.on("close", () => resolve(""))
  })
}

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  ...(process.stdin.isTTY && process.stdout.isTTY && { ask }),
}

// Package managers introduce themselves to what they run: "pnpm/10.1.0 npm/? node/v24.0.0 linux x64".
const packageManager = /^[a-z]+(?=\/)/.exec(process.env.npm_config_user_agent ?? "")?.[0]
process.exitCode = await main(process.argv.slice(2), terminal, process.cwd(), packageManager)

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

/** Starts one of the scripts in this directory, in plain Node; it is killed when the test is over. */
export function startScript(name: string, parameters: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ["ignore", "pipe", "inherit"], ...options })
  onTestFinished(() => void child.kill("SIGKILL"))
  return child
}

/** What the script prints; rejects unless it ends by itself with exit code 0. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let output = ""
  child.stdout?.on("data", (chunk) => {
    output += chunk
  })
  const [code, signal] = await once(child, "close")
  if (code !== 0) throw new Error(`the child process ended with ${signal ?? `exit code ${code}`}`)
  return output
}

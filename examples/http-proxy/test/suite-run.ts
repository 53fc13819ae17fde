import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Results } from "./score.js"

/** Starts the origin of the suite on a free port. */
export async function startOrigin(): Promise<{ url: URL; stop: () => Promise<void> }> {
  const port = await freePort()
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve("http-cache-tests/server/server.mjs"))], {
    env: {
      ...process.env,
      npm_config_protocol: "http",
      npm_config_port: String(port),
      npm_config_pidfile: join(tmpdir(), `http-cache-tests-${port}.pid`),
    },
    stdio: ["ignore", "pipe", "inherit"],
  })
  await once(child.stdout, "data")
  return { url: new URL(`http://127.0.0.1:${port}`), stop: () => stop(child) }
}

/** Runs the suite against a cache, or one of its tests, and answers the results. */
export async function runSuite(base: string, id?: string): Promise<Results> {
  const script = fileURLToPath(new URL("run-suite.mjs", import.meta.url))
  const child = spawn(process.execPath, ["--no-warnings", script, base, ...(id === undefined ? [] : [id])], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const [code] = await once(child, "close")
  if (code !== 0) throw new Error(`The suite ended with the exit code ${code}`)
  return JSON.parse(output)
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit")
  child.kill()
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  if (address === null || typeof address === "string") throw new Error("No port is free")
  return address.port
}

import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { startProxy } from "./proxy.js"

// Several servers of the site behind one address. They share nothing but the store that CACHE_URL names.

const program = fileURLToPath(new URL("main.js", import.meta.url))
const usage = "Usage: CACHE_URL=redis://… node dist/cluster.js [--port 3000] [--servers 3]"
const mostServers = 64

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number >= least && number <= most) return number
  return fail(`--${name} is a number from ${least} to ${most}; got ${JSON.stringify(text)}. ${usage}`)
}

/** Starts one server on any free port. Rejects when it ends before it says where it is. */
async function startServer(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [program, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  const ended = once(child, "exit").then(() => {
    throw new Error("A server ended before it listened")
  })
  ended.catch(() => undefined)
  for (;;) {
    const address = /http:\S+/.exec(output)?.[0]
    if (address !== undefined) {
      child.stdout.resume()
      return { child, address }
    }
    const [chunk] = await Promise.race([once(child.stdout, "data"), ended])
    output += String(chunk)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "3000" }, servers: { type: "string", default: "3" } },
  })
  const port = readNumber("port", values.port, 0, 65_535)
  const count = readNumber("servers", values.servers, 1, mostServers)
  if (!process.env.CACHE_URL) fail(`CACHE_URL names the store that the servers share. ${usage}`)
  const started = await Promise.allSettled(Array.from({ length: count }, startServer))
  const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
  const stopServers = async (): Promise<void> => {
    const running = servers.filter(({ child }) => child.exitCode === null && child.signalCode === null)
    const ended = running.map(({ child }) => once(child, "exit"))
    for (const { child } of running) child.kill()
    await Promise.all(ended)
  }
  if (servers.length < count) {
    await stopServers()
    fail("Not all servers could be started")
  }
  const addresses = servers.map(({ address }) => address)
  const proxy = await startProxy(addresses, port).catch(async (error: Error) => {
    await stopServers()
    return fail(error.message)
  })
  console.log(`The Annual Message is at ${proxy.address}`)
  console.log(`Served in turns by ${addresses.join(", ")}. Ctrl+C stops.`)
  const stop = async (): Promise<void> => {
    await Promise.all([proxy.close(), stopServers()])
    process.exit(0)
  }
  process.once("SIGINT", stop)
  process.once("SIGTERM", stop)
}

await main()

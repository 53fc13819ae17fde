import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { startProxy } from "./proxy.js"

// Several servers of the site behind one address. They share only the store at CACHE_URL.

const program = fileURLToPath(new URL("main.js", import.meta.url))
const usage = "Usage: CACHE_URL=redis://… [CACHE_SITE=1] node dist/cluster.js [--port 3000] [--servers 3]"
const mostServers = 64

interface Server {
  readonly child: ChildProcess
  readonly address: string
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number >= least && number <= most) return number
  throw new TypeError(`--${name} is a number from ${least} to ${most}; got ${JSON.stringify(text)}.`)
}

/** Throws a `TypeError` for invalid arguments. */
function readArguments(): { readonly port: number; readonly count: number } {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "3000" }, servers: { type: "string", default: "3" } },
  })
  if (!process.env.CACHE_URL) throw new TypeError("CACHE_URL names the store that the servers share.")
  return {
    port: readNumber("port", values.port, 0, 65_535),
    count: readNumber("servers", values.servers, 1, mostServers),
  }
}

/** Starts one server on any free port. It stops when this process disconnects from it, or ends. */
async function startServer(): Promise<Server> {
  const child = fork(program, ["--port", "0"], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  const ended = once(child, "exit").then(() => Promise.reject(new Error("A server ended before it listened.")))
  const [{ address }] = (await Promise.race([once(child, "message"), ended])) as [{ address: string }]
  return { child, address }
}

/** Resolves when all have finished their requests. */
async function stopServers(servers: readonly Server[]): Promise<void> {
  const connected = servers.filter(({ child }) => child.connected)
  const ended = connected.map(({ child }) => once(child, "exit"))
  for (const { child } of connected) child.disconnect()
  await Promise.all(ended)
}

async function main(): Promise<void> {
  let options: ReturnType<typeof readArguments>
  try {
    options = readArguments()
  } catch (error) {
    fail(`${(error as Error).message} ${usage}`)
  }
  const servers: Server[] = []
  try {
    // One after the other: an error of the store is reported once, and one server creates the table of a database.
    while (servers.length < options.count) servers.push(await startServer())
  } catch (error) {
    await stopServers(servers)
    fail((error as Error).message)
  }
  const addresses = servers.map(({ address }) => address)
  const proxy = await startProxy(addresses, options.port).catch(async (error: NodeJS.ErrnoException) => {
    await stopServers(servers)
    if (error.code === "EADDRINUSE") fail(`Port ${options.port} is taken; choose another one with --port.`)
    throw error
  })
  console.log(`The Annual Message is at ${proxy.address}`)
  console.log(`Served in turns by ${addresses.join(", ")}. Ctrl+C stops.`)
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await proxy.close()
    await stopServers(servers)
    process.exit()
  }
  process.once("SIGINT", stop)
  process.once("SIGTERM", stop)
}

await main()

import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { setTimeout as wait } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { FaultProxy, type StoreAddress } from "@larder/conformance"

const script = fileURLToPath(new URL("simulation-child.mjs", import.meta.url))

/** What a process saw: the version of the key that a read which began at `startedAt` answered. */
export interface SeenVersion {
  readonly key: string
  readonly version: number
  readonly startedAt: number
}

/** From when on the far store held this version of the key, or a later one, for certain. */
export interface WrittenVersion {
  readonly key: string
  readonly version: number
  readonly doneAt: number
}

/** What all processes of a simulation saw and wrote, by one clock, in milliseconds. */
export interface History {
  readonly seen: readonly SeenVersion[]
  readonly written: readonly WrittenVersion[]
  /** How many processes were ended in the middle of their work. */
  readonly kills: number
}

interface Report {
  readonly reads?: readonly (readonly [string, number, number])[]
  readonly writes?: readonly (readonly [string, number, number])[]
}

export interface SimulationOptions {
  readonly url: string
  /** Where files are the far store, without a bus. Absent: Redis is. */
  readonly directory?: string
  readonly server: StoreAddress
  readonly channel: string
  readonly keyPrefix: string
  readonly nearTtl: number
  readonly seed: number
  readonly processes: number
  readonly milliseconds: number
}

const kinds = ["plain", "tagged", "named", "cleared"]

/**
 * Runs processes with two tiers each over one far store. With Redis, the bus of each goes through a proxy, and so do the
 * reads of two of its caches through another; to these proxies this does what networks do. Now and then a process is killed
 * and another one takes its place.
 */
export async function simulate(options: SimulationOptions): Promise<History> {
  const { url, directory, server, channel, keyPrefix, nearTtl, processes, milliseconds } = options
  const random = randomOf(options.seed)
  const seen: SeenVersion[] = []
  const written: WrittenVersion[] = []
  const keys = kinds.flatMap((kind) => Array.from({ length: processes }, (_, index) => `${kind}:${index}`))
  // First those of the buses, then those of the stores.
  const proxies = Array.from({ length: 2 * processes }, () => new FaultProxy(server))
  const urls = (await Promise.all(proxies.map((proxy) => proxy.listen()))).map(
    ({ host, port }) => `redis://${host}:${port}`,
  )

  const start = async (index: number): Promise<ChildProcess> => {
    const [busUrl, farUrl] = [urls[index], urls[processes + index]]
    const ownKeys = keys.filter((_, place) => place % processes === index)
    const seed = 1 + random(1_000_000)
    const order = { url, directory, busUrl, farUrl, channel, nearTtl, keyPrefix, keys, ownKeys, seed }
    const child = fork(script, [JSON.stringify(order)], { execArgv: ["--no-warnings"] })
    child.on("message", ({ reads = [], writes = [] }: Report) => {
      for (const [key, version, startedAt] of reads) seen.push({ key, version, startedAt })
      for (const [key, version, doneAt] of writes) written.push({ key, version, doneAt })
    })
    await Promise.race([once(child, "message"), failureOf(child)])
    return child
  }

  const children = await Promise.all(Array.from({ length: processes }, (_, index) => start(index)))
  let kills = 0
  try {
    const end = performance.now() + milliseconds
    while (performance.now() < end) {
      await wait(50 + random(250))
      const index = random(processes)
      const proxy = proxies[random(proxies.length)] as FaultProxy
      const events = [
        () => proxy.inflict({ kind: "silence" }),
        () => proxy.inflict({ kind: "silence" }),
        () => proxy.inflict({ kind: "refuse" }),
        () => proxy.inflict({ kind: "slow", latency: 20 + random(100), jitter: 50 }),
        () => proxy.inflict({ kind: "reset", afterBytes: random(200) }),
        () => proxy.restart(random(100)),
        () => proxy.heal(),
        () => proxy.heal(),
        () => proxy.heal(),
        async () => {
          kills += 1
          const old = children[index] as ChildProcess
          old.kill("SIGKILL")
          if (old.exitCode === null && old.signalCode === null) await once(old, "exit")
          children[index] = await start(index)
        },
      ]
      await events[random(events.length)]?.()
    }
    await Promise.all(
      children.map(async (child) => {
        const exit = once(child, "exit")
        child.send("end")
        const [code] = await exit
        if (code !== 0) throw new Error(`A process of the simulation ended with ${code}`)
      }),
    )
  } finally {
    for (const child of children) child.kill("SIGKILL")
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
  return { seen, written, kills }
}

/** How long before each read the far store had held a newer version for certain, in milliseconds; 0: it had not. */
export function stalenessOf({ seen, written }: History): readonly (SeenVersion & { readonly staleness: number })[] {
  const byKey = new Map<string, WrittenVersion[]>()
  for (const write of written) byKey.set(write.key, [...(byKey.get(write.key) ?? []), write])
  for (const writes of byKey.values()) writes.sort((one, other) => one.version - other.version)
  return seen.map((read) => {
    const newer = byKey.get(read.key)?.filter(({ version }) => version > read.version) ?? []
    const since = Math.min(...newer.map(({ doneAt }) => doneAt))
    return { ...read, staleness: Math.max(0, read.startedAt - since) }
  })
}

async function failureOf(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, "exit")
  throw new Error(`A process of the simulation could not start: ${signal ?? code}`)
}

function randomOf(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state * 48271) % 0x7fff_ffff
    return state % bound
  }
}

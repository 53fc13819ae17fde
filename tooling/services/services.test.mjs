import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { exchange } from "./exchange.mjs"
import { observeFolder } from "./observed-folder.mjs"
import { requireProgram } from "./program.mjs"
import { askRedis } from "./redis.mjs"
import { missingPackages, services, startServices } from "./services.mjs"
import { succeeds } from "./succeeds.mjs"

/** @param {string} name */
function service(name) {
  return services.filter((candidate) => candidate.name === name)
}

/** @param {string | undefined} urls */
function portsOf(urls = "") {
  return urls.split(",").map((url) => Number(new URL(url).port))
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("all services", () => {
  const observed = observeFolder()
  /** @type {import("./services.mjs").RunningService} */
  let running

  beforeAll(async () => {
    vi.stubEnv("TMPDIR", observed.path)
    running = await startServices(services, {})
  })

  afterAll(async () => {
    await running.stop()
    expect(observed.remains()).toEqual({ folders: [], processes: [] })
    observed.remove()
  })

  it("have a value for each of their variables", () => {
    const variables = services.flatMap((each) => each.variables)
    expect(Object.keys(running.environment).sort()).toEqual([...variables].sort())
  })

  it("are one Redis", async () => {
    const [port = 0, ...others] = portsOf(running.environment.REDIS_URL)
    expect(others).toEqual([])
    expect(await askRedis(port, "PING")).toBe("+PONG")
  })

  it("are a cluster of six that serves every slot", async () => {
    const ports = portsOf(running.environment.REDIS_CLUSTER_URLS)
    expect(ports).toHaveLength(6)
    const reports = await Promise.all(ports.map((port) => askRedis(port, "CLUSTER INFO")))
    for (const report of reports) expect(report).toContain("cluster_slots_ok:16384")
  })

  it("are three sentinels that can agree on a failover", async () => {
    const { REDIS_SENTINEL_URLS, REDIS_SENTINEL_NAME } = running.environment
    const ports = portsOf(REDIS_SENTINEL_URLS)
    expect(ports).toHaveLength(3)
    const reports = await Promise.all(ports.map((port) => askRedis(port, `SENTINEL CKQUORUM ${REDIS_SENTINEL_NAME}`)))
    for (const report of reports) expect(report).toMatch(/^\+OK 3 usable Sentinels/)
  })

  it("are two separate Memcached servers", async () => {
    const [one = 0, other = 0] = portsOf(running.environment.MEMCACHED_URLS)
    expect(await exchange(one, "set a 0 0 1\r\n1\r\nget a\r\n")).toBe("STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n")
    expect(await exchange(other, "get a\r\n")).toBe("END\r\n")
  })

  it("are a PostgreSQL server that allows creating tables and requires the password", async () => {
    const psql = requireProgram({ names: ["psql"], package: "postgresql-client" })
    const url = new URL(running.environment.POSTGRES_URL ?? "")
    const statement = ["--no-psqlrc", "--command=CREATE TABLE probe (id int)"]
    expect(await succeeds(psql, [...statement, url.href])).toBe(true)
    url.password = "wrong"
    expect(await succeeds(psql, ["--no-psqlrc", "--command=SELECT 1", url.href])).toBe(false)
  })

  it("are a MariaDB server that allows creating tables and requires the password", async () => {
    const client = requireProgram({ names: ["mariadb"], package: "mariadb-client" })
    const { port, username, password, pathname } = new URL(running.environment.MYSQL_URL ?? "")
    const login = ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", `--port=${port}`, `--user=${username}`]
    const statement = [...login, "--execute=CREATE TABLE probe (id int)", pathname.slice(1)]
    expect(await succeeds(client, statement, { MYSQL_PWD: password })).toBe(true)
    expect(await succeeds(client, [...login, "--execute=SELECT 1"], { MYSQL_PWD: "wrong" })).toBe(false)
  })
})

describe("startServices", () => {
  it("starts nothing if the environment has an address", async () => {
    const { environment, stop } = await startServices(service("redis"), { REDIS_URL: "redis://elsewhere" })
    expect(environment).toEqual({})
    await stop()
  })

  it("rejects an incomplete address", async () => {
    const start = startServices(service("redis-sentinel"), { REDIS_SENTINEL_NAME: "larder" })
    await expect(start).rejects.toThrow(
      "REDIS_SENTINEL_URLS must be set too where one of REDIS_SENTINEL_URLS, REDIS_SENTINEL_NAME is.",
    )
  })

  it("names the remedy when a program is missing", async () => {
    vi.stubEnv("PATH", "")
    const start = startServices(service("memcached"), {})
    await expect(start).rejects.toThrow("There is no memcached. Install it (on Debian: apt-get install memcached).")
  })
})

describe("missingPackages", () => {
  it("names each package once", () => {
    vi.stubEnv("PATH", "")
    const wanted = ["redis", "redis-cluster", "memcached"].flatMap(service)
    expect(missingPackages(wanted, {})).toEqual(["redis-server", "memcached"])
  })

  it("needs none for a service with an address in the environment", () => {
    vi.stubEnv("PATH", "")
    expect(missingPackages(service("redis"), { REDIS_URL: "redis://elsewhere" })).toEqual([])
  })
})

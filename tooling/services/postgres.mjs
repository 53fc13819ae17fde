import { existsSync, readdirSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"
import { selfSignedCertificate } from "./certificate.mjs"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
import { requireProgram } from "./program.mjs"
import { prepare, startServer } from "./server.mjs"
import { succeeds } from "./succeeds.mjs"

/** @type {import("./program.mjs").Program} */
const initdb = { names: ["initdb"], package: "postgresql", folders: debianFolders }

const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "shared_buffers=32MB",
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  // For clients that request TLS.
  "ssl=on",
  "ssl_cert_file=../certificate.pem",
  "ssl_key_file=../key.pem",
]

/** @type {import("./services.mjs").Service} */
export const postgres = {
  name: "postgres",
  variables: ["POSTGRES_URL"],
  programs: [initdb],
  async start() {
    // The other programs are next to it. The PATH may have links to some of them only.
    const programs = dirname(realpathSync(requireProgram(initdb)))
    const port = await freePort()
    const url = `postgres://larder:larder@127.0.0.1:${port}/postgres`
    const home = openHome("postgres", "postgres")
    const data = join(home.folder, "data")
    const password = home.write("password", "larder")
    const { certificate, key } = selfSignedCertificate()
    home.write("certificate.pem", certificate)
    home.write("key.pem", key)
    const login = ["--username=larder", `--pwfile=${password}`, "--auth=scram-sha-256"]
    const initialization = ["-D", data, ...login, "--encoding=UTF8", "--locale=C", "--no-sync"]
    // Stopping it early would leave shared memory behind, and it ends quickly.
    await prepare(home, join(programs, "initdb"), initialization, "0")
    await startServer({
      home,
      program: join(programs, "postgres"),
      args: ["-D", data, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])],
      // SIGQUIT stops its processes immediately and frees shared memory, unlike SIGKILL.
      signal: "QUIT",
      answers: () => succeeds(join(programs, "psql"), ["--no-psqlrc", "--command=SELECT 1", url]),
    })
    return { environment: { POSTGRES_URL: url }, stop: home.stop }
  },
}

/** Debian does not put the programs of each version on the PATH. */
function debianFolders() {
  const versions = "/usr/lib/postgresql"
  if (!existsSync(versions)) return []
  return readdirSync(versions)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(versions, version, "bin"))
}

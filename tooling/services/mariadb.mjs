import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort } from "./free-port.mjs"
import { makeHome } from "./kept-process.mjs"
import { requireProgram } from "./program.mjs"
import { prepare, startServer } from "./server.mjs"
import { succeeds } from "./succeeds.mjs"

/** @type {import("./program.mjs").Program} */
const server = { names: ["mariadbd"], package: "mariadb-server", folders: () => ["/usr/sbin", "/usr/local/sbin"] }
/** @type {import("./program.mjs").Program} */
const installer = { names: ["mariadb-install-db"], package: "mariadb-server" }
/** @type {import("./program.mjs").Program} */
const client = { names: ["mariadb"], package: "mariadb-client" }

const settings = [
  "--bind-address=127.0.0.1",
  "--skip-name-resolve",
  "--skip-log-bin",
  "--skip-performance-schema",
  "--character-set-server=utf8mb4",
  "--innodb-buffer-pool-size=32M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
]

// What a new table of this size costs is half of the preparation.
const logSize = "--innodb-log-file-size=8M"

/** @type {import("./services.mjs").Service} */
export const mariadb = {
  name: "mariadb",
  variables: ["MYSQL_URL"],
  programs: [server, installer, client],
  async start() {
    const [program, install, ask] = [requireProgram(server), requireProgram(installer), requireProgram(client)]
    const home = makeHome("mariadb", "mysql")
    const data = `--datadir=${join(home.folder, "data")}`
    await prepare(home, install, [
      ...["--no-defaults", data, logSize, "--skip-test-db", "--auth-root-authentication-method=normal"],
    ])
    const welcome = join(home.folder, "welcome.sql")
    writeFileSync(
      welcome,
      "CREATE DATABASE larder;\nCREATE USER larder@'127.0.0.1' IDENTIFIED BY 'larder';\nGRANT ALL ON larder.* TO larder@'127.0.0.1';\n",
    )
    const port = await freePort()
    const login = ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", `--port=${port}`, "--user=larder"]
    const { stop } = await startServer({
      home,
      program,
      args: [
        ...["--no-defaults", data, logSize, `--port=${port}`, `--socket=${join(home.folder, "socket")}`],
        ...[`--init-file=${welcome}`, ...settings],
      ],
      answers: () => succeeds(ask, [...login, "--execute=SELECT 1", "larder"], { MYSQL_PWD: "larder" }),
    })
    return { environment: { MYSQL_URL: `mysql://larder:larder@127.0.0.1:${port}/larder` }, stop }
  },
}

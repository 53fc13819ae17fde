import { join } from "node:path"
import { selfSignedCertificate } from "./certificate.mjs"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
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

// It is written when the data directory is created, and has 96 MB by default.
const logSize = "--innodb-log-file-size=8M"

const grants = `
CREATE DATABASE larder;
CREATE USER larder@'127.0.0.1' IDENTIFIED BY 'larder';
GRANT ALL ON larder.* TO larder@'127.0.0.1';
`

/** @type {import("./services.mjs").Service} */
export const mariadb = {
  name: "mariadb",
  variables: ["MYSQL_URL"],
  programs: [server, installer, client],
  async start() {
    const [program, install, ask] = [requireProgram(server), requireProgram(installer), requireProgram(client)]
    const port = await freePort()
    const home = openHome("mariadb", "mysql")
    const storage = ["--no-defaults", `--datadir=${join(home.folder, "data")}`, logSize]
    await prepare(home, install, [...storage, "--skip-test-db", "--auth-root-authentication-method=normal"])
    const welcome = home.write("welcome.sql", grants)
    const identity = selfSignedCertificate()
    const certificate = home.write("certificate.pem", identity.certificate)
    const key = home.write("key.pem", identity.key)
    const login = ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", `--port=${port}`, "--user=larder"]
    const own = [`--port=${port}`, `--socket=${join(home.folder, "socket")}`, `--init-file=${welcome}`]
    await startServer({
      home,
      program,
      // For clients that request TLS.
      args: [...storage, ...own, ...settings, `--ssl-cert=${certificate}`, `--ssl-key=${key}`],
      answers: () => succeeds(ask, [...login, "--execute=SELECT 1", "larder"], { MYSQL_PWD: "larder" }),
    })
    return { environment: { MYSQL_URL: `mysql://larder:larder@127.0.0.1:${port}/larder` }, stop: home.stop }
  },
}

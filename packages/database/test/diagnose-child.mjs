// Prints the findings about a file. Run by a user who cannot write to it.
import { DatabaseBackend } from "@larder/database"
import Database from "better-sqlite3"

const client = new Database(process.argv[2])
for (const { severity, code, found } of await new DatabaseBackend({ client }).diagnose()) {
  console.log(`${severity} ${code}: ${found}`)
}
client.close()

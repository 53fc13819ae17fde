import { parseArgs } from "node:util"
import { endWithParent } from "../bootstrap/end-with-parent.mjs"
import { requireNode } from "../bootstrap/node-version.mjs"
import { explain } from "../bootstrap/step.mjs"
import { canInstallPackages, installPackages } from "./apt.mjs"
import { MissingServiceError } from "./missing-service.mjs"
import { missingPackages, services, startServices } from "./services.mjs"

requireNode()
if (process.env.npm_lifecycle_event) endWithParent()
try {
  const wanted = named(parseArgs({ allowPositionals: true }).positionals)
  const packages = missingPackages(wanted)
  if (packages.length > 0 && canInstallPackages()) await installPackages(packages)
  const { environment, stop } = await startServices(wanted)
  for (const [name, value] of Object.entries(environment)) console.log(`export ${name}="${value}"`)
  console.error("These servers run until Ctrl-C.")
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, async () => {
      await stop()
      process.exit(0)
    })
} catch (error) {
  explain(error)
  process.exitCode = 1
}

/** @param {readonly string[]} names all services when there are none */
function named(names) {
  const unknown = names.filter((name) => services.every((service) => service.name !== name))
  if (unknown.length > 0) {
    const known = services.map(({ name }) => name).join(", ")
    throw new MissingServiceError(`There is no service ${unknown.join(", ")}. There are: ${known}.`)
  }
  return names.length === 0 ? services : services.filter(({ name }) => names.includes(name))
}

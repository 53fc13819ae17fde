import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { canInstallPackages, installPackages } from "../services/apt.mjs"
import { redis } from "../services/redis.mjs"
import { missingPackages, startServices } from "../services/services.mjs"
import { endWithParent } from "./end-with-parent.mjs"
import { repositoryRoot } from "./repository-root.mjs"
import { explain, step } from "./step.mjs"

// The part of `npm run portal:cluster` after the build.

if (process.env.npm_lifecycle_event) endWithParent()
try {
  const packages = missingPackages([redis])
  if (packages.length > 0 && canInstallPackages()) {
    await step(`Installing ${packages.join(", ")} from Debian's packages`, () => installPackages(packages))
  }
  // It ends with this process, in whatever way.
  const { environment } = await step("Starting a Redis", () => startServices([redis]))
  process.env.CACHE_URL = environment.REDIS_URL ?? process.env.REDIS_URL
  console.log(`The servers share ${process.env.CACHE_URL}`)
} catch (error) {
  explain(error)
  process.exit(1)
}

// The cluster runs in this process, as the portal does with `npm start`.
const program = join(repositoryRoot, "examples/news-portal/dist/cluster.js")
process.argv[1] = program
await import(pathToFileURL(program).href)

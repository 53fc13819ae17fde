import { report, reportMarkdown } from "@larder/conformance"
import { stores } from "./stores.mjs"

/** Long enough for a clause on a machine that does other things, too. */
const deadline = 120_000

/**
 * `docs/backends.md`: what the backends of this repository are and can do, found by running the whole contract on each.
 *
 * @returns {Promise<string>}
 */
export async function backendsPage() {
  const reports = await Promise.all(
    Object.entries(stores).map(async ([name, open]) => {
      const { harness, remove } = await open()
      try {
        return await report(name, { ...harness, deadline })
      } finally {
        await remove()
      }
    }),
  )
  return `# Backends

What the backends of this repository are and can do. The table is the outcome of a run of the
[contract](../packages/conformance/CONTRACT.md) on each of them: \`npm run capabilities\` writes it, and a test fails when a
run says something else. A method that is not there is never made up by another one that is not atomic; \`Cache\` then
rejects with a \`NotSupportedError\`, or loops where that changes nothing but the speed.

${reportMarkdown(reports)}
`
}

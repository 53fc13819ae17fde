import { promisedReport, report, reportMarkdown } from "@larder/conformance"
import { stores } from "./stores.mjs"

/** Long enough for a clause on a busy machine. */
const deadline = 120_000

/**
 * `docs/backends.md`: the capabilities of the backends in this repository, from a run of the whole contract on each.
 *
 * @returns {Promise<string>}
 */
export async function backendsPage() {
  return pageOf((name, harness) => report(name, { ...harness, deadline }))
}

/**
 * The same page without a run, as if every applicable clause passed: the packages' own tests check that.
 *
 * @returns {Promise<string>}
 */
export async function promisedBackendsPage() {
  return pageOf(promisedReport)
}

/**
 * @param {(name: string, harness: import("@larder/conformance").Harness) => Promise<import("@larder/conformance").Report>} examine
 */
async function pageOf(examine) {
  const reports = []
  // Sequentially, because clauses about time and faults need a machine that is not busy.
  for (const [name, open] of Object.entries(stores)) {
    const { harness, remove } = await open()
    try {
      reports.push(await examine(name, harness))
    } finally {
      await remove()
    }
  }
  return `# Backends

What the backends of this repository support. The table is the outcome of running the
[contract](../packages/conformance/CONTRACT.md) on each of them: \`npm run capabilities\` writes it, and a test fails if it is
out of date. A method that a backend does not have is not emulated if that would not be atomic: \`Cache\` then rejects with a
\`NotSupportedError\`. Where only speed differs, it loops over the single calls.

A [tiered](../packages/tiered) backend can do what its far store can. What a [Keyv adapter](../packages/keyv) can do as a
backend depends on the adapter.

${reportMarkdown(reports)}
`
}

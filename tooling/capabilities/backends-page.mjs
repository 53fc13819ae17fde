import { promisedReport, report, reportMarkdown } from "@larder/conformance"
import { stores } from "./stores.mjs"

/** In milliseconds: long enough for a clause on a busy machine. */
const deadline = 120_000

/**
 * `docs/backends.md`: what the backends of this repository support, found by running the whole contract on each.
 *
 * @returns {Promise<string>}
 */
export async function backendsPage() {
  return pageOf((name, harness) => report(name, { ...harness, deadline }))
}

/**
 * The same page, if every clause that applies is passed, which the packages' own tests verify. Runs nothing.
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

What the backends of this repository support: the result of running the [contract](../packages/conformance/CONTRACT.md)
on each of them. \`npm run capabilities\` writes this page, and a test fails if it is out of date. If a backend lacks a method
that cannot be emulated atomically, \`Cache\` rejects the call with a \`NotSupportedError\`. Where only speed differs, it loops
over single calls.

A [tiered](../packages/tiered) backend can do what its far store can. What a [Keyv adapter](../packages/keyv) can do as a
backend depends on the adapter.

${reportMarkdown(reports)}
`
}

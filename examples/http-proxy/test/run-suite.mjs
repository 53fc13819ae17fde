// Runs the public suite as a client of the cache whose address is given, and writes the results as JSON. A process of its
// own: the suite keeps its state in module variables.
import { createRequire } from "node:module"
import { getResults, runTests } from "http-cache-tests/client/runner.mjs"
import { allSuites } from "./suites.mjs"

const [base, id] = process.argv.slice(2)
const fetch = createRequire(import.meta.resolve("http-cache-tests/package.json"))("node-fetch")
const suites =
  id === undefined
    ? allSuites
    : allSuites.map((suite) => ({ ...suite, tests: suite.tests.filter((test) => test.id === id) }))

await runTests(suites, fetch, false, base)
console.log(JSON.stringify(getResults()))

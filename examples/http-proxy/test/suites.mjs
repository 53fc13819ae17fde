import suites from "http-cache-tests/tests/index.mjs"
import surrogateControl from "http-cache-tests/tests/surrogate-control.mjs"

/** All suites, as the command line of http-cache-tests runs them. */
export const allSuites = [...suites, surrogateControl]

export const surrogateSuite = surrogateControl

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 */

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return tallies.reduce(
    (total, tally) => ({ passed: total.passed + tally.passed, failed: total.failed + tally.failed }),
    { passed: 0, failed: 0 },
  )
}

/**
 * The result of a run. A run that fails without a failed test, or runs no test, counts as one failure.
 *
 * @param {Tally} tally
 * @param {number} exitCode
 * @returns {Tally}
 */
export function judge(tally, exitCode) {
  const nothingRan = tally.passed + tally.failed === 0
  return tally.failed === 0 && (exitCode !== 0 || nothingRan) ? { ...tally, failed: 1 } : tally
}

/**
 * The last line of a run.
 *
 * @param {Tally} tally
 */
export function verdict({ passed, failed }) {
  return `${passed} passed, ${failed} failed`
}

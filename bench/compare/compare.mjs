import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const contenderProcess = fileURLToPath(new URL("./contender.mjs", import.meta.url))

/**
 * Measures every contender of a suite, each in its own process, in interleaved rounds. The first round is warm-up; the
 * result is the median of the others: nanoseconds per call, or what the suite's `perOperation` converts them to, by contender
 * and operation.
 *
 * @param {URL} suite a module that exports `contenders`: by name, a function that returns async operations by name
 * @param {{ rounds?: number, milliseconds?: number }} [options]
 */
export async function compare(suite, { rounds = 7, milliseconds = 200 } = {}) {
  const { contenders, operations, perOperation = (_operation, nanoseconds) => nanoseconds } = await import(suite.href)
  const names = Object.keys(contenders)
  const children = new Map()
  for (const name of names) children.set(name, await start(suite, name))
  const samples = new Map(names.map((name) => [name, new Map(operations.map((operation) => [operation, []]))]))
  for (const operation of operations) {
    for (let round = 0; round <= rounds; round++) {
      for (const name of names) {
        const nanoseconds = await ask(children.get(name), { operation, milliseconds })
        if (round > 0 && nanoseconds !== null) samples.get(name).get(operation).push(nanoseconds)
      }
    }
    process.stderr.write(`  ${operation} measured\n`)
  }
  for (const child of children.values()) child.disconnect()
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        operations.map((operation) => [
          operation,
          median(
            samples
              .get(name)
              .get(operation)
              .map((sample) => perOperation(operation, sample)),
          ),
        ]),
      ),
    ]),
  )
}

async function start(suite, name) {
  const child = fork(contenderProcess, [suite.href, name], { execArgv: ["--expose-gc"] })
  child.once("exit", (code) => {
    if (code) throw new Error(`The contender "${name}" ended with ${code}`)
  })
  await once(child, "message")
  return child
}

async function ask(child, question) {
  child.send(question)
  const [answer] = await once(child, "message")
  return answer
}

function median(numbers) {
  if (numbers.length === 0) return null
  const sorted = [...numbers].sort((one, other) => one - other)
  return Number(sorted[sorted.length >> 1].toPrecision(3))
}

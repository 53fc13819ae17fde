/** Like `Promise.try`, which Node 20 lacks: turns what `run` throws into a rejection, at the cost of no other promise. */
export function promiseTry<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return run()
  } catch (error) {
    return Promise.reject(error)
  }
}

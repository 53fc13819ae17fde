/** A program that the tests need is missing. The message says what to do. */
export class MissingServiceError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options)
    this.name = "MissingServiceError"
  }
}

/** A program that the tests need is not there; the message names the remedy. */
export class MissingServiceError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options)
    this.name = "MissingServiceError"
  }
}

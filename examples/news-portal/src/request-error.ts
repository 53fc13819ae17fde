/** Why a request is rejected, with the status and the headers of the response. */
export class RequestError extends Error {
  override readonly name = "RequestError"
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason)
    this.status = status
    this.headers = headers
  }
}

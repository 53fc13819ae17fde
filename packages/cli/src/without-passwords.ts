/** Masks user and password in every URL of a text, and the values of parameters that are named like passwords. */
export function withoutPasswords(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, "$1***@")
    .replaceAll(/([?&][^\s?&=]*(?:password|passwd|pwd|secret|token)=)[^\s&#"']+/gi, "$1***")
}

/**
 * Masks the same in one URL, which may be malformed: everything between the scheme and the last `@`. In the path of a file
 * an `@` separates nothing.
 */
export function urlWithoutPasswords(url: string): string {
  return withoutPasswords(/^(?:file|sqlite):/i.test(url) ? url : url.replace(/^([^:]*:(?:\/\/)?).*@/s, "$1***@"))
}

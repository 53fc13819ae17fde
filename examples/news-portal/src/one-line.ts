/** What somebody typed, as one line of text: no control characters, and equal letters are equal. Empty for nothing. */
export function oneLine(typed: string | null): string {
  return (typed ?? "")
    .normalize("NFC")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
}

/**
 * Sets a raw transcript as type: typographic quotation marks and dashes, no stage directions, no entities.
 * The words stay as they were spoken.
 */
export function setTranscript(raw: string): string {
  return raw
    .replace(stageDirection, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&mdash;", "—")
    .replace(doubledDash, "—")
    .replace(openingQuote, "$1“")
    .replaceAll('"', "”")
    .replace(/['`]/g, "’")
    .replace(unprintableOrSpaces, " ")
    .trim()
}

// "Madam Vice President—(applause)—no President" leaves two dashes where the speaker made one pause.
const stageDirection = /[([](?:applause|laughter|missing text)[^)\]]*[)\]]/gi
const doubledDash = /(?:--| -- |——)/g
const openingQuote = /(^|[ ([—])"/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: one transcript carries a stray control character.
const unprintableOrSpaces = /[\u0000-\u001f]+| {2,}/g

// Terminal text: untrusted text with control characters escaped.

/** Controls, direction changes and line separators, with which a name could pass for other text. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Returns `text` on one line, with the characters that a terminal acts on escaped, such as `\u{1b}`. */
export function escapeForTerminal(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    return character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}

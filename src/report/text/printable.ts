// What of a text that a guest had a part in may reach a terminal?

/** Controls, and what turns the direction of writing or ends a line: with them a name could pass for another text. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** `text` on one line, with what a terminal would act upon written out, such as `\u{1b}`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    return character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}

/** A bracket of a map or list on one line that its partner does not match. */
export interface BadBracket {
  /** Offset of the opening one. */
  readonly open: number
  readonly opens: '{' | '['
  /** Where another one closes, or where the text goes on without any; null = the end of the text. */
  readonly close: number | null
  /** What stands there. */
  readonly closes: '}' | ']' | null
}

/** Follows the brackets of a text, as the lexer hands them over. */
export interface BracketStack {
  readonly see: (lexeme: string, offset: number) => void
  /** All that are wrong; whatever is open now is never closed. */
  readonly end: () => readonly BadBracket[]
}

/** Sign of the lexer: lines go on as if every bracket were closed. */
const FLOW_END = '\x18'

export function createBracketStack(): BracketStack {
  const stack: { readonly open: number; readonly opens: '{' | '[' }[] = []
  const wrong: BadBracket[] = []
  const abandon = (close: number | null): void => {
    // The outermost one is the mistake; those in it were never reached.
    const [first] = stack.splice(0)
    if (first !== undefined) wrong.push({ ...first, close, closes: null })
  }
  return {
    see: (lexeme, offset) => {
      if (lexeme === '{' || lexeme === '[') stack.push({ open: offset, opens: lexeme })
      else if (lexeme === FLOW_END) abandon(offset)
      else if (lexeme === '}' || lexeme === ']') {
        const top = stack.pop()
        const isPair = top === undefined || (top.opens === '{') === (lexeme === '}')
        if (!isPair) wrong.push({ ...top, close: offset, closes: lexeme })
      }
    },
    end: () => {
      abandon(null)
      return wrong
    },
  }
}

/**
 * One pass over a JSON text that checks the grammar of RFC 8259 and what `JSON.parse` lets pass:
 * duplicate keys, prototype keys, depth, numbers beyond what a double holds exactly, halves of
 * surrogate pairs. It builds no value: `JSON.parse` does, after the scan has passed.
 */
import { appendPointer } from './json-pointer';
import type { JsonRefusal, StrictJsonCode } from './strict-json.errors';

/**
 * First reason why the text is refused.
 *
 * @param text the whole text
 * @param maxDepth arrays and objects that may be open at once, >= 0; `[[1]]` has depth 2
 * @returns undefined when `JSON.parse(text)` may be trusted
 */
export const scanStrictJson = (text: string, maxDepth: number): JsonRefusal | undefined =>
  new Scanner(text, maxDepth).scan();

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const LONE_SURROGATE = /\p{Surrogate}/u;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Scanner {
  #at = 0;
  #refusal: JsonRefusal | undefined;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  scan(): JsonRefusal | undefined {
    this.#skipSpace();
    if (this.#at === this.text.length) return this.#refuse('JSON_EMPTY', '', 'there is no value');
    if (!this.#value('', 0)) return this.#refusal;
    this.#skipSpace();
    if (this.#at < this.text.length)
      this.#refuse('JSON_TRAILING_BYTES', '', 'text follows the value');
    return this.#refusal;
  }

  #value(pointer: string, depth: number): boolean {
    switch (this.text[this.#at]) {
      case '{':
        return this.#enter(pointer, depth) && this.#object(pointer, depth + 1);
      case '[':
        return this.#enter(pointer, depth) && this.#array(pointer, depth + 1);
      case '"':
        return this.#string(pointer) !== undefined;
      case 't':
        return this.#word('true', pointer);
      case 'f':
        return this.#word('false', pointer);
      case 'n':
        return this.#word('null', pointer);
      default:
        return this.#number(pointer);
    }
  }

  #enter(pointer: string, depth: number): boolean {
    if (depth < this.maxDepth) {
      this.#at += 1;
      return true;
    }
    return this.#fail('JSON_TOO_DEEP', pointer, `nested deeper than ${this.maxDepth} levels`);
  }

  #object(pointer: string, depth: number): boolean {
    this.#skipSpace();
    if (this.#take(0x7d)) return true;
    const seen = new Set<string>();
    for (;;) {
      const key = this.#key(pointer, seen);
      if (key === undefined) return false;
      const at = appendPointer(pointer, key);
      this.#skipSpace();
      if (!this.#take(COLON))
        return this.#fail('JSON_SYNTAX', at, 'a colon is missing after a key');
      this.#skipSpace();
      if (!this.#value(at, depth)) return false;
      this.#skipSpace();
      if (this.#take(0x7d)) return true;
      if (!this.#take(COMMA)) return this.#fail('JSON_SYNTAX', pointer, 'an object is not closed');
      this.#skipSpace();
    }
  }

  #key(pointer: string, seen: Set<string>): string | undefined {
    if (this.text.charCodeAt(this.#at) !== QUOTE) {
      this.#fail('JSON_SYNTAX', pointer, 'a key in quotes is expected');
      return undefined;
    }
    const key = this.#string(pointer);
    if (key === undefined) return undefined;
    if (forbiddenKeys.has(key)) {
      this.#fail('JSON_FORBIDDEN_KEY', pointer, 'a key reaches into prototypes');
      return undefined;
    }
    if (seen.has(key)) {
      this.#fail(
        'JSON_DUPLICATE_KEY',
        appendPointer(pointer, key),
        'a key occurs twice in an object',
      );
      return undefined;
    }
    seen.add(key);
    return key;
  }

  #array(pointer: string, depth: number): boolean {
    this.#skipSpace();
    if (this.#take(0x5d)) return true;
    for (let index = 0; ; index += 1) {
      if (!this.#value(`${pointer}/${index}`, depth)) return false;
      this.#skipSpace();
      if (this.#take(0x5d)) return true;
      if (!this.#take(COMMA)) return this.#fail('JSON_SYNTAX', pointer, 'an array is not closed');
      this.#skipSpace();
    }
  }

  /** Reads a string and gives its value; undefined when refused. */
  #string(pointer: string): string | undefined {
    const start = this.#at;
    let escaped = false;
    this.#at += 1;
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        if (!this.#escape(pointer)) return undefined;
        escaped = true;
      } else if (code >= 0x20) {
        this.#at += 1;
      } else {
        const what = Number.isNaN(code) ? 'a string is not closed' : 'a raw control character';
        this.#fail('JSON_SYNTAX', pointer, what);
        return undefined;
      }
    }
    this.#at += 1;
    const raw = this.text.slice(start, this.#at);
    if (!escaped) return raw.slice(1, -1);
    const value: unknown = JSON.parse(raw);
    if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return value;
    this.#fail('JSON_LONE_SURROGATE', pointer, 'an escape is half of a surrogate pair');
    return undefined;
  }

  #escape(pointer: string): boolean {
    ESCAPE.lastIndex = this.#at;
    if (!ESCAPE.test(this.text)) return this.#fail('JSON_SYNTAX', pointer, 'an unknown escape');
    this.#at = ESCAPE.lastIndex;
    return true;
  }

  #number(pointer: string): boolean {
    NUMBER.lastIndex = this.#at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) return this.#fail('JSON_SYNTAX', pointer, 'a value is expected');
    this.#at += digits.length;
    const value = Number(digits);
    const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return exact || this.#fail('JSON_NUMBER_OUT_OF_RANGE', pointer, 'a number is beyond 2^53 - 1');
  }

  #word(word: string, pointer: string): boolean {
    if (!this.text.startsWith(word, this.#at)) {
      return this.#fail('JSON_SYNTAX', pointer, 'a value is expected');
    }
    this.#at += word.length;
    return true;
  }

  #take(code: number): boolean {
    if (this.text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #fail(code: StrictJsonCode, pointer: string, detail: string): false {
    this.#refuse(code, pointer, detail);
    return false;
  }

  #refuse(code: StrictJsonCode, pointer: string, detail: string): JsonRefusal {
    this.#refusal ??= { code, pointer, detail: `${detail} (at character ${this.#at})` };
    return this.#refusal;
  }
}

// Texts for codes. The core and the worker answer with codes and params; here they become sentences.
//
// A text is a string with placeholders, or an object of plural forms of which `Intl.PluralRules` chooses one by the
// param `by` (default: `count`; a list counts its items). Placeholders:
//   {name}       the param; lists are joined by ", ", objects tell their values, nothing is told as value.none
//   {list.key}   of each object in the list that key
//   {list#}      how many there are in the list
//   {name+1}     one more: rows count from 0 in the core and from 1 for people
//   {name|area}  the param is a code: the text `area.<code>`, or the code itself when there is none

export type Language = 'ru' | 'uk' | 'en';
export type Plural = { by?: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Readonly<Record<string, string | Plural>>;
export type Params = Readonly<Record<string, unknown>>;

export const PLACEHOLDER = /\{([a-z_]+)(?:\.([a-z_]+))?(\+1|#)?(?:\|([a-z_]+))?\}/g;
/** A text that looks itself up would never end. */
const DEEPEST = 3;

export const has = (texts: Texts, key: string): boolean => Object.hasOwn(texts, key);

/** A key without a text is shown as it is: that is a fault, but not the reader's. */
export function format(texts: Texts, key: string, params: Params, language: Language): string {
  return filled(texts, key, params, language, 0);
}

/** The text of a trace entry: some codes say more in some steps (`trace.task.refused`). */
export function traceKey(texts: Texts, { step, code }: { step: string; code: string }): string {
  const special = `trace.${step}.${code}`;
  return has(texts, special) ? special : `trace.${code}`;
}

function filled(texts: Texts, key: string, params: Params, language: Language, depth: number): string {
  const text = has(texts, key) ? texts[key] : undefined;
  if (text === undefined || depth > DEEPEST) return key;
  return pattern(text, params, language).replace(
    PLACEHOLDER,
    (_, name: string, member: string | undefined, more: string | undefined, area: string | undefined) => {
      const param = Object.hasOwn(params, name) ? params[name] : undefined;
      if (more === '#') return String(countOf(param));
      const values = told(param, member).map((value) => {
        if (more && typeof value === 'number') return String(value + 1);
        const coded = area && `${area}.${value}`;
        if (coded && has(texts, coded)) return filled(texts, coded, params, language, depth + 1);
        const own = `value.${value}`;
        return typeof value === 'boolean' && has(texts, own)
          ? filled(texts, own, {}, language, depth + 1)
          : String(value);
      });
      if (values.length > 0) return values.join(', ');
      return has(texts, 'value.none') ? filled(texts, 'value.none', {}, language, depth + 1) : '';
    },
  );
}

function pattern(text: string | Plural, params: Params, language: Language): string {
  if (typeof text === 'string') return text;
  const param = params[text.by ?? 'count'];
  const count = countOf(param);
  return text[new Intl.PluralRules(language).select(count)] ?? text.other ?? '';
}

const countOf = (param: unknown): number => (Array.isArray(param) ? param.length : Number(param ?? 0));

type Plain = string | number | boolean;

/** What a param tells, flat; nothing for what is absent or empty. */
function told(param: unknown, member: string | undefined): Plain[] {
  if (Array.isArray(param)) return param.flatMap((item) => told(item, member));
  if (typeof param === 'object' && param !== null) {
    if (member !== undefined) return told((param as Record<string, unknown>)[member], undefined);
    return Object.values(param).flatMap((value) => told(value, undefined));
  }
  const plain = typeof param === 'number' || typeof param === 'boolean' || typeof param === 'string';
  const blank = typeof param === 'string' && param.trim() === '';
  return plain && !blank ? [param] : [];
}

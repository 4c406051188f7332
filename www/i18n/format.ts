// placeholder until merged
export type Params = Record<string, unknown>;
export type Texts = Record<string, unknown>;
export function format(texts: Texts, key: string, params: Params, language: string): string {
  let text = texts[key];
  if (typeof text === 'object' && text !== null) {
    const forms = text as Record<string, string>;
    const by = forms.by ?? 'count';
    text = forms[new Intl.PluralRules(language).select(Number(params[by]))] ?? forms.other;
  }
  if (typeof text !== 'string') return key;
  return text.replaceAll(/\{(\w+)(?:\|\w+)?\}/g, (_, name) => String(params[name] ?? ''));
}

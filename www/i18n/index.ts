// The widget's texts: two chunks per language, loaded when it is spoken; the second one after the first paint.
import { format, type Language, type Params, type Texts } from './format.ts';

export const LANGUAGES = ['ru', 'uk', 'en'] as const satisfies Language[];
/** Languages by their own names. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  ru: 'Русский',
  uk: 'Українська',
  en: 'English',
};
export type Text = (key: string, params?: Params) => string;
export type { Language, Params, Texts };

const LOADERS: Record<Language, () => Promise<{ default: Texts }>> = {
  ru: () => import('./ru.ts'),
  uk: () => import('./uk.ts'),
  en: () => import('./en.ts'),
};

const LATER: typeof LOADERS = {
  ru: () => import(/* webpackChunkName: "later.ru" */ './later/ru.ts'),
  uk: () => import(/* webpackChunkName: "later.uk" */ './later/uk.ts'),
  en: () => import(/* webpackChunkName: "later.en" */ './later/en.ts'),
};

/** `whole`: also what the first paint does without. */
export async function loadTexts(language: Language, whole: boolean): Promise<Texts> {
  const loaders = whole ? [LOADERS, LATER] : [LOADERS];
  const loaded = await Promise.all(loaders.map((of) => of[language]()));
  return Object.assign({}, ...loaded.map((one) => one.default)) as Texts;
}

export const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((language) => language === text);

/** The first language of the browser that is spoken here. */
export const preferredLanguage = (): Language =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';

export const textOf = (texts: Texts, language: Language, key: string, params?: Params): string =>
  format(texts, key, params ?? {}, language);

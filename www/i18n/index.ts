// The widget's texts: one chunk per language, loaded when it is spoken.
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

export const loadTexts = async (language: Language): Promise<Texts> => (await LOADERS[language]()).default;

export const isLanguage = (text: string | null | undefined): text is Language =>
  LANGUAGES.some((language) => language === text);

/** The first language of the browser that is spoken here. */
export const preferredLanguage = (): Language =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';

export const textOf = (texts: Texts, language: Language, key: string, params?: Params): string =>
  format(texts, key, params ?? {}, language);

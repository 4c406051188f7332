// The settings of a project that has none yet, with texts in the administrator's language.
import type { Settings } from 'ringostat-amocrm/sandbox';
import type { Language } from '../../i18n/index.ts';
import type { Core } from '../core.ts';

export function defaultSettings(core: Core, language: Language): Settings {
  const recommended = core.matrix_presets(language)[0];
  const settings = core.default_settings();
  return { ...settings, language, ...(recommended ? { matrix: recommended.matrix } : {}) };
}

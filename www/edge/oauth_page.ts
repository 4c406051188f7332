// The page on which an administrator ends up after amoCRM asked him for his consent.
import type { Language } from 'ringostat-amocrm';

export const LANGUAGES: readonly Language[] = ['ru', 'uk', 'en'];

type Texts = Record<Language, string>;

const TITLE: Texts = {
  ru: 'Интеграция Ringostat и amoCRM',
  uk: 'Інтеграція Ringostat та amoCRM',
  en: 'Ringostat and amoCRM integration',
};

const TEXTS: Record<string, Texts> = {
  activated: {
    ru: 'Интеграция включена. Это окно можно закрыть.',
    uk: 'Інтеграцію увімкнено. Це вікно можна закрити.',
    en: 'The integration is on. You may close this window.',
  },
  bad_state: {
    ru: 'Ссылка устарела или уже использована. Начните подключение заново.',
    uk: 'Посилання застаріло або вже використане. Почніть підключення знову.',
    en: 'This link has expired or was used already. Please start connecting again.',
  },
  access_denied: {
    ru: 'Доступ не предоставлен: интеграция осталась как была.',
    uk: 'Доступ не надано: інтеграція залишилась як була.',
    en: 'Access was not granted: the integration stays as it was.',
  },
  not_admin: {
    ru: 'Подключить интеграцию может только администратор amoCRM. Войдите в amoCRM как администратор и начните заново.',
    uk: 'Підключити інтеграцію може лише адміністратор amoCRM. Увійдіть до amoCRM як адміністратор і почніть знову.',
    en: 'Only an administrator of amoCRM can connect the integration. Log in to amoCRM as one and start again.',
  },
  account_taken: {
    ru: 'К этому аккаунту amoCRM уже подключён другой проект. Сначала отключите его.',
    uk: 'До цього акаунта amoCRM вже підключено інший проєкт. Спочатку вимкніть його.',
    en: 'Another project is connected to this amoCRM account. Switch that one off first.',
  },
  unpaid: {
    ru: 'Аккаунт amoCRM не оплачен.',
    uk: 'Акаунт amoCRM не оплачено.',
    en: 'The amoCRM account is not paid.',
  },
  account_unreachable: {
    ru: 'amoCRM сейчас не отвечает. Попробуйте через несколько минут.',
    uk: 'amoCRM зараз не відповідає. Спробуйте за кілька хвилин.',
    en: 'amoCRM does not answer at the moment. Please try again in a few minutes.',
  },
  other: {
    ru: 'Подключить не удалось. Начните заново; если не поможет, сообщите код поддержке.',
    uk: 'Підключити не вдалося. Почніть знову; якщо не допоможе, повідомте код підтримці.',
    en: 'Connecting did not work. Start again; if that does not help, tell the code to our support.',
  },
};

const SAME: Record<string, string> = { blocked: 'account_unreachable', slow_account: 'account_unreachable' };

/** A page that can do nothing: no script, no style, no frame. Without a language it speaks all. */
export function finishedPage(status: number, code: string, language: Language | null): Response {
  const texts = TEXTS[SAME[code] ?? code] ?? TEXTS.other;
  const spoken = language ? [language] : LANGUAGES;
  const first = spoken[0] ?? 'ru';
  const paragraphs = spoken.map((one) => `<p lang="${one}">${texts?.[one]}</p>`).join('\n');
  const told = status === 200 ? '' : `\n<p><code>${code}</code></p>`;
  const page = `<!doctype html>
<html lang="${first}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TITLE[first]}</title></head>
<body>
<h1>${TITLE[first]}</h1>
${paragraphs}${told}
</body>
</html>
`;
  return new Response(page, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}

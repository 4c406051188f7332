// The countries whose national numbers the core reads (src/phone.rs); a test asks the core for each.

export const COUNTRIES = (
  'UA RU KZ BY UZ MD GE AM AZ KG TJ TM PL DE US CA LT LV EE RO BG CZ SK HU TR IL GB FR IT ES PT AT CH NL BE SE ' +
  'NO FI DK IE GR CY RS HR SI ME BA MK AL AE SA MN IN CN'
).split(' ');

/** By name, as the language sorts them. */
export function countryOptions(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return COUNTRIES.map((iso) => ({ value: iso, label: names.of(iso) ?? iso })).sort((a, b) =>
    a.label.localeCompare(b.label, language),
  );
}

// The time zone: typed by a city, a country or its name, or chosen of a list that narrows as one types.
import { html, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { Session } from '../../session.ts';
import { frame, said, wrong } from '../../ui/field.ts';
import { labelled, localTime, zoneOf, zones } from './zones.ts';

export function zoneField(session: Session): TemplateResult {
  const { t, settings, language } = session;
  const place = { session, path: '/time_zone' };
  const zone = settings.draft.time_zone;
  const time = localTime(zone, language, new Date());
  const all = labelled(zones(zone), language);
  const set = (value: string) =>
    settings.edit((draft) => {
      draft.time_zone = value;
    });
  const typed = (event: Event) => (event.target as HTMLInputElement).value;
  return frame(
    {
      ...place,
      label: t('general.time_zone'),
      hint: [time && t('general.time_zone.hint', { time }), t('general.time_zone.search')]
        .filter(Boolean)
        .join(' '),
    },
    html`<input
        id="at-time_zone"
        type="text"
        list="zones"
        .value=${zone}
        autocomplete="off"
        spellcheck="false"
        aria-invalid=${wrong(place)}
        aria-describedby=${ifDefined(said(place))}
        @input=${(event: Event) => {
          // Chosen of the list, or typed to its end.
          const { name } = all.find((one) => one.name === typed(event)) ?? {};
          if (name !== undefined) set(name);
        }}
        @change=${(event: Event) => {
          const name = zoneOf(typed(event), all) ?? typed(event).trim();
          (event.target as HTMLInputElement).value = name;
          set(name);
        }}
      />
      <datalist id="zones">
        ${all.map(({ name, label }) => html`<option value=${name} label="${label} · ${name}"></option>`)}
      </datalist>`,
  );
}

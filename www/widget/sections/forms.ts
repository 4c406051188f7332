// What forms of the site become in amoCRM, and which of their fields go where.
import { html } from 'lit';
import { Part } from '../ui/part.ts';
import { creates } from './forms/creates.ts';
import { identity } from './forms/identity.ts';
import { intake } from './forms/intake.ts';
import './forms/mapping_block.ts';
import './forms/responsible.ts';

export class FormsSection extends Part {
  override render() {
    const { session } = this;
    const { t } = session;
    return html`
      <h2 id="title">${t('forms.title')}</h2>
      <p>${t('forms.intro')}</p>
      <div class="stack">
        ${creates(session)}
        <ringostat-amocrm-form-responsible .session=${session}></ringostat-amocrm-form-responsible>
      </div>
      <ringostat-amocrm-mapping .session=${session}></ringostat-amocrm-mapping>
      <section data-path="/identity" aria-labelledby="identity">
        <h3 id="identity">${t('forms.identity')}</h3>
        ${identity(session)}
      </section>
      <h3>${t('forms.intake')}</h3>
      ${intake(session)}
    `;
  }
}

customElements.define('ringostat-amocrm-forms', FormsSection);

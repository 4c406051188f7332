import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class GeneralSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('general.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-general', GeneralSection);

import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class FormsSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('forms.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-forms', FormsSection);

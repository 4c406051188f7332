import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class ParametersSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('parameters.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-parameters', ParametersSection);

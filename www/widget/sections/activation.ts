import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class ActivationSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('activation.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-activation', ActivationSection);

import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class StopListSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('stop_list.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-stop-list', StopListSection);

import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class PipelinesSection extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2 id="title">${t('pipelines.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-pipelines', PipelinesSection);

import { html } from 'lit';
import { Part } from '../ui/part.ts';

export class PreviewPane extends Part {
  override render() {
    const { t } = this.session;
    return html`<h2>${t('preview.title')}</h2>`;
  }
}

customElements.define('ringostat-amocrm-preview', PreviewPane);

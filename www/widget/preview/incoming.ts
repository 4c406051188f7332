// What comes in, as the core's preview takes it: bytes as a site or Ringostat would send them, or an event of the journal.
import type { PreviewInput } from 'ringostat-amocrm';

export type Incoming = Pick<PreviewInput, 'kind' | 'content_type' | 'query' | 'body' | 'event' | 'subject'>;

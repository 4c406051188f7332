// Clients that send forms side by side over connections they keep, each form of somebody else.
import { Agent, request } from 'node:http';

let people = 0;

export const nextForm = (): string => {
  people += 1;
  return JSON.stringify({ name: 'Анна', phone: `38067${1_000_000 + people}`, email: `a${people}@b.example` });
};

export class Clients {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: URL;
  readonly #count: number;

  /** `url`: where forms go. */
  constructor(url: URL, count: number) {
    this.#url = url;
    this.#count = count;
  }

  /** Sends so many forms, and tells how many milliseconds it took. */
  async send(forms: number): Promise<number> {
    let left = forms;
    return this.#allWhile(() => left-- > 0);
  }

  /** Sends for that long, and tells how many a second were accepted. */
  async sendFor(ms: number): Promise<number> {
    const until = performance.now() + ms;
    let sent = 0;
    const spent = await this.#allWhile(() => performance.now() < until && ++sent > 0);
    return (sent * 1000) / spent;
  }

  async #allWhile(more: () => boolean): Promise<number> {
    const begun = performance.now();
    const client = async () => {
      while (more()) await this.one();
    };
    await Promise.all(Array.from({ length: this.#count }, client));
    return performance.now() - begun;
  }

  /** One form, accepted. The runtime closes connections at times of its own: then it is sent again. */
  async one(body = nextForm()): Promise<void> {
    const status = await this.#post(body);
    if (status === undefined) return this.one(body);
    if (status !== 202) throw new Error(`a form was answered ${status}`);
  }

  #post(body: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const sent = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        answer.once('error', reject);
        answer.once('end', () => resolve(answer.statusCode)).resume();
      });
      sent.once('error', (error) => (sent.reusedSocket ? resolve(undefined) : reject(error)));
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

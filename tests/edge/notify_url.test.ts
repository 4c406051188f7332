// Where notices may go.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notifyUrl } from '../../www/edge/notify_url.ts';

describe('an address for notices', () => {
  const refused = [
    'nowhere',
    'ftp://a.example/',
    'http://a.example/',
    'https://user@a.example/',
    'https://localhost/',
    'https://a.localhost./',
    'https://intranet/',
    'https://printer.local/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1:8443/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
  ];
  for (const url of refused) {
    it(`is not ${url}`, () => assert.equal(notifyUrl(url, false), null));
  }

  const allowed = [
    'https://a.example/hook?x=1',
    'https://a.example:8443/',
    'https://10.example.com/',
    'https://172.15.0.1/',
    'https://172.32.0.1/',
    'https://8.8.8.8/',
    'https://[2001:db8::1]/',
  ];
  for (const url of allowed) {
    it(`may be ${url}`, () => assert.equal(notifyUrl(url, false), url));
  }

  it('may be of this machine in development', () => {
    assert.equal(notifyUrl('http://127.0.0.1:9/', true), 'http://127.0.0.1:9/');
    assert.equal(notifyUrl('ftp://127.0.0.1/', true), null);
    assert.equal(notifyUrl('http://user@127.0.0.1/', true), null);
  });
});

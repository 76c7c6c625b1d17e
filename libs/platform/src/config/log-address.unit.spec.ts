import { parseLogAddress } from './log-address';

describe('the address of an event log', () => {
  it('is the data folder', () => {
    expect(parseLogAddress('embedded')).toEqual({ kind: 'embedded' });
  });

  it.each([
    ['kafka://localhost:9092', ['localhost:9092'], ''],
    ['kafka://a:1,b.example.org:65535', ['a:1', 'b.example.org:65535'], ''],
    ['kafka://[::1]:9092/', ['[::1]:9092'], ''],
    ['kafka://a:1/shop', ['a:1'], 'shop.'],
    ['kafka://a:1/shop.', ['a:1'], 'shop.'],
    [`kafka://a:1/${'n'.repeat(49)}`, ['a:1'], `${'n'.repeat(49)}.`],
  ])('%s names brokers and namespace', (url, brokers, namespace) => {
    expect(parseLogAddress(url)).toEqual({ kind: 'kafka', brokers, namespace, url });
  });

  it.each([
    '',
    'kafka',
    'kafka://',
    'kafka://localhost',
    'kafka://localhost:0',
    'kafka://localhost:65536',
    'kafka://a:1,',
    'kafka://a:1/Shop',
    'kafka://a:1/shop/more',
    `kafka://a:1/${'n'.repeat(50)}`,
    'kafka://user:secret@a:1',
    'kafka://a:1?ssl=true',
    'http://a:1',
  ])('cannot be %j', (url) => {
    expect(parseLogAddress(url)).toBeUndefined();
  });
});

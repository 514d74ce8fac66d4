import { expect, test } from 'vitest';
import { platformsOf, systemInWords } from './platforms';

test.each([
	['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0', ['linux-x64']],
	['Mozilla/5.0 (X11; Linux aarch64; rv:140.0) Gecko/20100101 Firefox/140.0', ['linux-arm64']],
	['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', ['win32-x64']],
	['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', ['darwin-arm64', 'darwin-x64']],
	['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Mobile', []],
	['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', []],
	['', []]
])('what the computer of %s may be', (userAgent, platforms) => {
	expect(platformsOf(userAgent)).toEqual(platforms);
});

test('a platform is called as people call it', () => {
	expect(systemInWords('darwin-arm64')).toBe('macOS (arm64)');
	expect(systemInWords('plan9')).toBe('plan9');
});

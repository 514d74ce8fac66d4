import { describe, expect, test } from 'vitest';
import { agentOf, browserInWords } from './user-agent';

describe('browserInWords', () => {
	test.each([
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
			'Chrome on Windows'
		],
		[
			'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
			'Safari on macOS'
		],
		['Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0', 'Firefox on Linux'],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
			'Safari on iOS'
		],
		['', 'a browser'],
		[null, 'a browser'],
		['<script>alert(1)</script>', 'a browser']
	])('names %j', (userAgent, words) => {
		expect(browserInWords(userAgent)).toBe(words);
	});
});

describe('agentOf', () => {
	test.each([
		[
			'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
			{ isBot: false, device: 'mobile', browser: 'Chrome', system: 'Android' }
		],
		[
			'Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
			{ isBot: false, device: 'tablet', browser: 'Safari', system: 'iOS' }
		],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
			{ isBot: false, device: 'desktop', browser: 'Microsoft Edge', system: 'Windows' }
		],
		// Whatever somebody calls their browser is not kept.
		['Name-of-a-person/1.0 (System) x', { isBot: false, device: 'other', browser: '', system: '' }]
	])('sorts %j', (userAgent, agent) => {
		expect(agentOf(userAgent)).toEqual(agent);
	});

	test.each([
		'',
		'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
		'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)',
		'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36',
		'python-requests/2.32'
	])('knows that %j is nobody who looks', (userAgent) => {
		expect(agentOf(userAgent).isBot).toBe(true);
	});
});

import { describe, expect, it } from 'vitest';
import { parseCapture } from './capture';
import { asksForIdea, sharedIn } from './shared';

const of = (parts: Record<string, string>) => sharedIn(new URLSearchParams(parts));

describe('what another program shares', () => {
	it('is a title, a text and an address', () => {
		expect(of({ title: 'A kite', text: 'Of paper', url: 'https://kites.example/' })).toEqual({
			line: 'A kite https://kites.example/',
			notes: 'Of paper'
		});
	});

	it('has its first line as title where there is none', () => {
		expect(of({ text: 'A kite\n\nOf paper\nand wood' })).toEqual({
			line: 'A kite',
			notes: 'Of paper\nand wood'
		});
		expect(of({ url: 'https://kites.example/' })).toEqual({
			line: 'https://kites.example/',
			notes: ''
		});
	});

	it('is no syntax: stars and dashes stay what they are', () => {
		const { line } = of({ title: 'Two -- or three **' });

		expect(parseCapture(line)).toMatchObject({ title: 'Two -- or three **', star: 'none' });
	});

	it('keeps an address that is none as text', () => {
		expect(of({ title: 'A kite', url: 'javascript:alert(1)' })).toEqual({
			line: 'A kite',
			notes: 'javascript:alert(1)'
		});
	});

	it('is a line as it would be typed, where it comes from Coda itself', () => {
		expect(of({ new: 'A kite -- of paper *' }).line).toBe('A kite -- of paper *');
	});

	it('may be nothing', () => {
		expect(of({ new: '' })).toEqual({ line: '', notes: '' });
		expect(asksForIdea(new URLSearchParams('new'))).toBe(true);
		expect(asksForIdea(new URLSearchParams('text=x'))).toBe(true);
		expect(asksForIdea(new URLSearchParams('sort=newest'))).toBe(false);
	});
});

import { describe, expect, test } from 'vitest';
import { AUDIT_WORDS, auditWords } from './audit-words';

describe('the words of the audit', () => {
	test.each(Object.entries(AUDIT_WORDS))('are a short sentence for %s', (_, words) => {
		for (const text of Object.values(words)) {
			expect(text).toMatch(/^[A-Z][^.!]+$/);
			expect(text.length).toBeLessThanOrEqual(60);
		}
	});

	test('say who it was', () => {
		expect(auditWords('session.end', 'you')).toBe('Ended a session');
		expect(auditWords('session.end', 'admin')).toBe('An administrator ended your session');
		expect(auditWords('idea.update', 'admin')).toBe('An administrator: changed an idea');
		expect(auditWords('idea.update', 'program')).toBe(
			'Changed an idea, through a program of yours'
		);
		expect(auditWords('idea.purge', 'coda')).toContain('when its time was up');
	});

	test('leave an action of another release as it is', () => {
		expect(auditWords('terminal.share', 'you')).toBe('terminal.share');
		expect(auditWords('constructor', 'you')).toBe('constructor');
	});
});

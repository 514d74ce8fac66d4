import { expect, test } from 'vitest';
import { CLOSE_KINDS, type Close } from '#protocol/terminal';
import { CLOSE_REASONS, type CloseReason } from '#protocol/closing';
import type { CallFailure } from '$lib/errors';
import { closedBy, isOver, refusalOf, standingOf, type Standing } from './standing';
import { roundTripInWords, wordsFor } from './standing-words';

const failure = (given: Partial<CallFailure>): CallFailure => ({
	...{ message: 'Why.', fields: {}, retryable: false },
	...given
});

test('whatever stops a line leads to a standing with words and one act', () => {
	for (const reason of [undefined, ...(Object.keys(CLOSE_REASONS) as CloseReason[])]) {
		const standing = standingOf({ is: 'stopped', reason });

		expect(standing, reason).toBeDefined();
		expect(wordsFor(standing as Standing, 0).label, reason).not.toBe('');
	}
});

test('a computer that was unpaired, a sign-in that has ended and a refusal are told apart', () => {
	const stopped = (given: Partial<CallFailure>) =>
		standingOf({ is: 'stopped', failure: failure(given) });

	expect(standingOf({ is: 'stopped', reason: 'revoked' })).toEqual({ is: 'revoked' });
	expect(stopped({ code: 'NOT_FOUND' })).toEqual({ is: 'revoked' });
	expect(stopped({ code: 'UNAUTHORIZED' })).toEqual({ is: 'signed-out' });
	expect(stopped({ code: 'FORBIDDEN' })).toEqual({ is: 'refused', why: 'Why.' });
});

test('what does not answer is named while it is tried again', () => {
	expect(standingOf({ is: 'waiting', atMs: 9 })).toEqual({ is: 'reconnecting', atMs: 9 });
	expect(standingOf({ is: 'waiting', atMs: 9, lacks: 'app' })).toEqual({
		is: 'app-offline',
		atMs: 9
	});
	expect(standingOf({ is: 'waiting', atMs: 9, lacks: 'relay' })).toEqual({
		is: 'relay-offline',
		atMs: 9
	});
});

test('the last frame of a computer says how a terminal ended, or that it is attached anew', () => {
	expect(closedBy({ kind: 'ended', exitCode: 3 })).toEqual({
		is: 'ended',
		exitCode: 3,
		signal: undefined
	});
	const gone = { kind: 'refused', code: 'NOT_FOUND', reason: 'It ended with the runner.' } as const;
	expect(closedBy(gone)).toEqual({ is: 'ended' });
	expect(closedBy({ ...gone, why: 'runner-stopped' })).toEqual({ is: 'ended', why: gone.reason });
	expect(closedBy({ kind: 'refused', code: 'FORBIDDEN', reason: 'Switched off.' })).toEqual({
		is: 'refused',
		why: 'Switched off.'
	});
	expect(closedBy({ kind: 'let-go' })).toBeUndefined();
	const notNow = { ...gone, code: 'SERVICE_UNAVAILABLE' } as const;
	expect(closedBy(notNow)).toBeUndefined();
	expect(closedBy(notNow, true)).toEqual({ is: 'refused', why: gone.reason });
	for (const kind of CLOSE_KINDS) {
		const standing = closedBy({ kind });
		if (standing) expect(wordsFor(standing, 0).label).not.toBe('');
	}
});

test('a wish that was refused is not wished again by itself, but for what passes', () => {
	const refusal = (code: Close['code']) =>
		refusalOf({ kind: 'refused', code, reason: 'The computer said no.' });

	for (const code of ['FORBIDDEN', 'TIMEOUT', 'PRECONDITION_FAILED', 'NOT_FOUND'] as const) {
		expect(refusal(code)).toBe('The computer said no.');
	}
	expect(refusal('SERVICE_UNAVAILABLE')).toBeUndefined();
	expect(refusalOf({ kind: 'stopping' })).toBeUndefined();
});

test('a computer that cannot get to a terminal yet says why while it is tried again', () => {
	const { says, act } = wordsFor({ is: 'reconnecting', atMs: 9, why: 'tmux is silent.' }, 0);

	expect([says, act]).toEqual(['tmux is silent.', 'retry']);
	expect(wordsFor({ is: 'reconnecting', atMs: 9 }, 0).says).toBeUndefined();
});

test('seconds are counted down, and never below now', () => {
	const label = (nowMs: number) => wordsFor({ is: 'reconnecting', atMs: 2_500 }, nowMs).label;

	expect(label(0)).toBe('Reconnecting in 3 s');
	expect(label(2_000)).toBe('Reconnecting in 1 s');
	expect(label(9_000)).toBe('Reconnecting now');
});

test('whoever waits for a yes at the computer sees how long, and can give up', () => {
	const { label, says, act } = wordsFor({ is: 'asked', atMs: 60_000 }, 0);

	expect([label, act]).toEqual(['Waiting for a yes', 'cancel']);
	expect(says).toContain('in 60 s is a no');
});

test('an exit code, a signal and a terminal that is gone have their words', () => {
	const says = (how: { exitCode?: number; signal?: string; why?: string }) =>
		wordsFor({ is: 'ended', ...how }, 0).says;

	expect(says({ exitCode: 0 })).toBe('Exit code 0.');
	expect(says({ exitCode: 0, signal: 'SIGKILL' })).toBe('By SIGKILL.');
	expect(says({})).toBe('It ran no longer.');
	expect(says({ why: 'It ended with the runner.' })).toBe('It ended with the runner.');
	expect(isOver({ is: 'ended' })).toBe(true);
	expect(isOver({ is: 'runner-offline' })).toBe(false);
});

test('a round trip is told in whole milliseconds', () => {
	expect(roundTripInWords(0.4)).toBe('under 1 ms');
	expect(roundTripInWords(12.4)).toBe('12 ms');
});

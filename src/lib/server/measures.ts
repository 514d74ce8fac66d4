/*
 * What is measured says so through here. Until `startMeasures` is called it costs a comparison, and nothing of
 * OpenTelemetry is loaded.
 */

/** A request that was answered. */
export interface MeasuredRequest {
	method: string;
	/** The pattern of the route, never an address. */
	route: string;
	status: number;
	durationMs: number;
}

/** What takes measurements once they are wanted. */
export interface Measures {
	request(measured: MeasuredRequest): void;
	/** A call of the API, by its procedure and its status. */
	call(procedure: string, status: number, durationMs: number): void;
	/** A statement by its name, and how it failed, where it did. */
	statement(name: string, durationMs: number, failure?: string): void;
	/** A use that a limit refused. */
	refusal(policy: string): void;
	deferred(work: string, outcome: 'done' | 'failed', durationMs: number): void;
	delivery(kind: 'mail' | 'relay' | 'alert', outcome: string): void;
	/** What was counted on the way: it is told for a few minutes. */
	level(name: Level, values: Record<string, number>): void;
}

/** Figures of now that somebody reads anyway: by kind of message, and of the relay. */
export type Level = 'outbox' | 'relay';

let measures: Measures | undefined;

/** Begins to measure, or ends it where nothing is given. */
export function startMeasures(given: Measures | undefined): void {
	measures = given;
}

/** What takes measurements; nothing where nobody wants them. */
export const measuring = (): Measures | undefined => measures;

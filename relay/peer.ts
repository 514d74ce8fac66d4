import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { CLOSE_REASONS, closeCode, GOING_AWAY, type CloseReason } from '#protocol/closing';
import type { RelayMessage } from '#protocol/messages';
import type { TicketClaims } from '#protocol/tickets';

const BINARY = { binary: true, compress: false };
const TEXT = { binary: false, compress: false };

/** One end of a connection, whoever it is: a runner, a viewer, a browser that listens, or nobody yet. */
export class Peer {
	/** Names the socket in logs and at the app. */
	readonly id = randomUUID();
	/** Where it comes from, as far as this relay can know. */
	readonly address: string;
	/** What its ticket says; absent until its signature was checked. */
	claims: TicketClaims | undefined;
	/** The version that is spoken with it. */
	version = 0;
	/** Whether its ticket was taken: only then it is told anything. */
	isAdmitted = false;
	/** When something was heard from it, by `performance.now()`. */
	heardAt = performance.now();
	/** Messages since the last round of pings. */
	messages = 0;
	isPaused = false;
	/** Why this relay has closed it, for the log. */
	closedFor: CloseReason | 'going-away' | 'dead' | undefined;

	readonly #socket: WebSocket;
	readonly #line: Socket;

	constructor(socket: WebSocket, line: Socket, address: string) {
		this.#socket = socket;
		this.#line = line;
		this.address = address;
	}

	/** Bytes that were sent and have not left this process. */
	get backlogBytes(): number {
		return this.#socket.bufferedAmount;
	}

	get isOpen(): boolean {
		return this.#socket.readyState === WebSocket.OPEN;
	}

	/** Sends a frame as it is: the buffer is not copied, and must not be written to any more. */
	send(frame: Uint8Array): void {
		if (this.isOpen) this.#socket.send(frame, BINARY);
	}

	say(message: RelayMessage): void {
		if (this.isOpen) this.#socket.send(JSON.stringify(message), TEXT);
	}

	/** Says that it is let in. It is the first that it hears. */
	ready(runnerOnline?: boolean): void {
		if (!this.claims) return;
		const { role } = this.claims;
		this.say({ type: 'ready', version: this.version, role, connectionId: this.id, runnerOnline });
	}

	/** Calls `then` each time that everything has left this process after some of it had to wait. */
	onDrain(then: () => void): void {
		this.#line.on('drain', then);
	}

	/** Reads nothing more from it; what it sends waits on its side of the line. */
	pause(): void {
		if (this.isPaused || !this.isOpen) return;
		this.isPaused = true;
		this.#socket.pause();
	}

	resume(): void {
		if (!this.isPaused) return;
		this.isPaused = false;
		this.heardAt = performance.now();
		this.#socket.resume();
	}

	close(reason: CloseReason): void {
		this.#end(closeCode(CLOSE_REASONS[reason]), reason);
	}

	/** The relay stops. */
	goAway(): void {
		this.#end(GOING_AWAY, 'going-away');
	}

	/** Cuts the line: there is nobody to say anything to. */
	cut(): void {
		this.closedFor ??= 'dead';
		this.#socket.terminate();
	}

	#end(code: number, reason: CloseReason | 'going-away'): void {
		this.closedFor ??= reason;
		// A paused socket would never read the other side's answer.
		this.resume();
		this.#socket.close(code, reason);
	}
}

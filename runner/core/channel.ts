import { answerOffer, Offer } from '#protocol/agreement';
import { bytesOf, type Bytes } from '#protocol/bytes';
import { parsed, type ChannelFrame } from '#protocol/channel-frames';
import { FRAME, frameOf, isUnsealed, type Frame } from '#protocol/frames';
import type { GrantClaims } from '#protocol/grants';
import { BrokenChannel, Opener, Sealer } from '#protocol/sealing';
import {
	OPEN_ID,
	type Close,
	type Open,
	type Refusal,
	type Request,
	type Response
} from '#protocol/terminal';
import type { GrantGate } from './grant-gate.ts';
import { nodeAead } from './node-aead.ts';
import { Refused } from './refused.ts';
import type { Session } from './session.ts';
import { takeBytes } from './slabs.ts';
import type { Waiting } from './starting.ts';
import type { Turns } from './turns.ts';
import type { Viewer, ViewerLine } from './viewer.ts';

/** What a channel needs of the runner. */
export interface ChannelHost {
	gate: GrantGate;
	identity: CryptoKey;
	turns: Turns;
	/** Sends it, and has it from then on. */
	send(message: Bytes): void;
	/** Has the relay let this viewer go. */
	drop(channel: number): void;
	/**
	 * The terminal that was asked for, started if need be, and if somebody still waits for it then.
	 *
	 * @throws Refused
	 */
	open(claims: GrantClaims, open: Open, waiting: Waiting): Promise<Session>;
	/** @throws Refused */
	answer(claims: GrantClaims, request: Request): Promise<Partial<Response>>;
	/** Tells of a mistake in the runner, which costs this viewer its channel and nobody else anything. */
	onBug(cause: unknown): void;
}

/**
 * One viewer's end at the runner: takes its offer, agrees on keys, and from then on believes only what opens.
 * Whatever is not as the protocol says breaks it, and the viewer attaches anew.
 */
export class Channel implements ViewerLine {
	readonly number: number;
	/** When its viewer was last heard, by `performance.now()`. */
	heardAt = performance.now();
	readonly #host: ChannelHost;
	readonly #joinedAt = performance.now();
	readonly #leaving = new AbortController();
	#hasOffer = false;
	#claims: GrantClaims | undefined;
	#sealer: Sealer | undefined;
	#opener: Opener | undefined;
	#attached: { session: Session; viewer: Viewer } | undefined;
	#isOpening = false;
	#isOver = false;

	constructor(number: number, host: ChannelHost) {
		this.number = number;
		this.#host = host;
	}

	/** Whether its viewer says nothing although it should acknowledge what it has got. */
	isSilentFor(silentMs: number): boolean {
		const owes = this.#attached?.viewer.owes ?? false;
		return owes && performance.now() - this.heardAt > silentMs;
	}

	/** Whether its grant is from so long ago that the app has to say again who may look. */
	isOlderThan(attachMs: number): boolean {
		return performance.now() - this.#joinedAt > attachMs;
	}

	/** A frame from the relay, in order. */
	receive({ type, body }: Frame): void {
		if (this.#isOver) return;
		if (type === FRAME.OFFER && !this.#hasOffer) {
			this.#hasOffer = true;
			this.#guard(this.#takeOffer(body));
			return;
		}
		if (isUnsealed(type) || !this.#opener) return this.#break();
		this.#guard(this.#read(this.#opener.open({ type, body })));
	}

	/** Its viewer is gone, or the relay is. */
	leave(): void {
		this.#isOver = true;
		this.#leaving.abort();
		this.#sealer = undefined;
		this.#opener = undefined;
		if (!this.#attached) return;
		const { session, viewer } = this.#attached;
		this.#attached = undefined;
		this.#host.turns.remove(viewer);
		session.detach(viewer);
	}

	async send(frame: ChannelFrame): Promise<void> {
		if (!this.#sealer) return;
		try {
			const sealed = this.#sealer.seal(this.number, frame);
			// What is there at once goes out at once: a key's echo waits for nothing.
			const message = sealed instanceof Promise ? await sealed : sealed;
			if (!this.#isOver) this.#host.send(message);
		} catch (cause) {
			if (!(cause instanceof BrokenChannel)) return this.fail(cause);
			this.#break();
		}
	}

	wake(viewer: Viewer): void {
		this.#host.turns.add(viewer);
	}

	/** Says why, as the last frame, and has the viewer let go. */
	close(close: Close): void {
		if (this.#isOver) return;
		const told = this.send({ type: FRAME.CLOSE, close });
		const { number } = this;
		void told.then(() => {
			this.leave();
			this.#host.drop(number);
		});
	}

	fail(cause: unknown): void {
		this.#host.onBug(cause);
		this.#break();
	}

	async #takeOffer(body: Uint8Array): Promise<void> {
		const token = parsed(Offer, body)?.grant;
		if (token === undefined) return this.#break();
		const claims = await this.#host.gate.take(token);
		if (!claims) return this.#refuse();
		const { answer, keys } = await answerOffer({ token, claims }, this.#host.identity);
		if (this.#isOver) return;
		this.#claims = claims;
		this.#sealer = new Sealer(await nodeAead(keys.fromRunner), takeBytes);
		this.#opener = new Opener(await nodeAead(keys.fromBrowser));
		this.#host.send(frameOf(FRAME.ANSWER, this.number, bytesOf(JSON.stringify(answer))));
	}

	#refuse(): void {
		const reason = 'This computer does not take that grant.';
		this.#host.send(refusalFrame(this.number, { code: 'FORBIDDEN', reason }));
		this.#break();
	}

	async #read(opened: ChannelFrame | Promise<ChannelFrame>): Promise<void> {
		// The same of a key: what is opened at once is taken at once.
		return this.#take(opened instanceof Promise ? await opened : opened);
	}

	/** What a viewer has said, when nobody but it can have. */
	async #take(frame: ChannelFrame): Promise<void> {
		if (this.#isOver || !this.#claims) return;
		this.heardAt = performance.now();
		switch (frame.type) {
			case FRAME.PING:
				return this.send({ type: FRAME.PONG, at: frame.at });
			case FRAME.PONG:
				return;
			case FRAME.OPEN:
				return this.#open(this.#claims, frame.open);
			case FRAME.REQUEST:
				return this.#answer(this.#claims, frame.request);
			case FRAME.CLOSE:
				return this.#closed(frame.close);
			default:
				return this.#takeAttached(frame);
		}
	}

	async #open(claims: GrantClaims, open: Open): Promise<void> {
		if (this.#isOpening) return this.#break();
		this.#isOpening = true;
		try {
			const session = await this.#host.open(claims, open, {
				mayStart: claims.role === 'writer',
				leaving: this.#leaving.signal,
				onAsk: (asksForSeconds) => {
					const response: Response = { id: OPEN_ID, ok: true, asksForSeconds };
					void this.send({ type: FRAME.RESPONSE, response });
				}
			});
			if (this.#isOver) return;
			if (claims.role === 'writer') session.resize(open);
			const viewer = await session.attach(open, this, claims.role);
			this.#attached = { session, viewer };
			if (this.#isOver) session.detach(viewer);
		} catch (cause) {
			if (!(cause instanceof Refused)) throw cause;
			const { code, message: reason, why } = cause;
			this.close({ kind: 'refused', code, reason, why });
		}
	}

	#takeAttached(frame: ChannelFrame): void {
		if (!this.#attached) return this.#break();
		const { session, viewer } = this.#attached;
		const isFine = frame.type === FRAME.ACK && session.acknowledge(viewer, frame.offset);
		if (isFine) return;
		if (frame.type !== FRAME.INPUT && frame.type !== FRAME.RESIZE) return this.#break();
		if (this.#claims?.role !== 'writer') return this.#forbid('Whoever only looks types nothing.');
		if (frame.type === FRAME.RESIZE) return session.resize(frame);
		if (!session.input(viewer, frame.sequence, frame.bytes)) this.#break();
	}

	async #answer(claims: GrantClaims, request: Request): Promise<void> {
		const { id } = request;
		try {
			const answered = await this.#host.answer(claims, request);
			await this.send({ type: FRAME.RESPONSE, response: { ...answered, id, ok: true } });
		} catch (cause) {
			if (!(cause instanceof Refused)) throw cause;
			const { code, message: reason } = cause;
			await this.send({ type: FRAME.RESPONSE, response: { id, ok: false, code, reason } });
		}
	}

	#closed({ kind }: Close): void {
		if (kind === 'end' && this.#attached) {
			if (this.#claims?.role !== 'writer') return this.#forbid('Whoever only looks ends nothing.');
			// What the program says last, and that it has ended, still goes to everybody.
			void this.#attached.session.end();
			return;
		}
		this.#break();
	}

	#forbid(reason: string): void {
		this.close({ kind: 'refused', code: 'FORBIDDEN', reason });
	}

	#break(): void {
		if (this.#isOver) return;
		this.leave();
		this.#host.drop(this.number);
	}

	/** A channel that does not open any more is over, and so is one that the runner cannot serve. */
	#guard(work: Promise<void>): void {
		work.catch((cause: unknown) => {
			if (cause instanceof BrokenChannel || cause instanceof DOMException) return this.#break();
			this.fail(cause);
		});
	}
}

/** Why there is no answer to an offer, for a viewer with whom there are no keys. */
export const refusalFrame = (channel: number, refusal: Refusal): Bytes =>
	frameOf(FRAME.REFUSAL, channel, bytesOf(JSON.stringify(refusal)));

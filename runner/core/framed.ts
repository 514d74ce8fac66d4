import * as ws from 'ws';

/** What stands in front of a message, and the message. */
type Framed = [front: Uint8Array, body: Uint8Array];

/** A part of the library that it exports, and whose types are not declared. */
interface Framing {
	frame(message: Uint8Array, options: typeof IN_PLACE): Framed;
}

const { Sender } = ws as unknown as { Sender: Framing };

/** One whole binary message of a client; not read-only: its own bytes are masked, and no copy. */
const IN_PLACE = { fin: true, opcode: 2, rsv1: false, mask: true, readOnly: false };

/** A message that is not empty as it goes on the line (RFC 6455, 5.2). It is masked where it is. */
export const framed = (message: Uint8Array): Framed => Sender.frame(message, IN_PLACE);

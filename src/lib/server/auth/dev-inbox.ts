import { env } from '../env';
import { mailTransport } from '../mail/transport';

/** Whether mail stays on this computer, where `/dev/inbox` shows it. */
export const hasDevInbox = (): boolean =>
	env().tier === 'development' && mailTransport().name === 'stream';

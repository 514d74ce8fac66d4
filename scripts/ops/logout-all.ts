import { recordAudit } from '../../src/lib/server/services/audit.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator } from './operator.ts';

/** Ends everything that lets anybody in without a new proof. @returns how many of each */
export function endEverySession(): Promise<{ sessions: number; links: number }> {
	return asOperator(
		async (tx, { actor, name }) => {
			const { count: sessions } = await tx.session.deleteMany();
			const { count: links } = await tx.emailLink.updateMany({
				where: { usedAt: null },
				data: { usedAt: new Date() }
			});
			await recordAudit(tx, actor, {
				action: 'session.endAll',
				targetKind: 'session',
				targetId: null,
				details: { sessions, links, operator: name }
			});
			return { sessions, links };
		},
		{ task: 'logout-all' }
	);
}

export const logoutAll: Command = {
	usage: 'logout-all --yes',
	summary: 'signs everyone out and makes every link that is on its way useless',
	async run(args) {
		if (!args.includes('--yes')) {
			throw new ScriptError('Everyone will have to sign in again. To do it, add --yes.', 2);
		}
		const { sessions, links } = await endEverySession();
		console.log(`${sessions} sessions ended, ${links} links do not work any more.`);
	}
};

import { parseArgs } from 'node:util';
import { EmailAddress } from '../../src/lib/schemas/account.ts';
import { recordAudit } from '../../src/lib/server/services/audit.ts';
import { ScriptError } from '../local/script.ts';
import type { Command } from '../ops.ts';
import { asOperator } from './operator.ts';

/** The address that `--email` names. @throws ScriptError */
function emailArgument(args: string[]): string {
	const { values } = parseArgs({ args, options: { email: { type: 'string' } } });
	const email = EmailAddress.safeParse(values.email);
	if (!email.success) throw new ScriptError('Name the account: --email ada@coda.example', 2);
	return email.data;
}

/** Gives an account a role, as the operator. @returns a sentence that says what happened */
export function setRole(email: string, role: 'admin' | 'user', task: string): Promise<string> {
	return asOperator(
		async (tx, { actor, name }) => {
			const there = await tx.user.findUnique({ where: { email }, select: { role: true } });
			if (!there && role === 'user') throw new ScriptError(`There is no account ${email}.`);
			if (there?.role === role)
				return `${email} is ${role === 'admin' ? 'an' : 'no'} admin already.`;
			const { id } = await tx.user.upsert({
				where: { email },
				create: { email, role },
				update: { role },
				select: { id: true }
			});
			await recordAudit(tx, actor, {
				action: 'account.role',
				targetKind: 'user',
				targetId: id,
				personId: id,
				changed: ['role'],
				details: { role, operator: name }
			});
			if (role === 'user') return `${email} is no admin any more, from the next request on.`;
			return there
				? `${email} is an admin, from the next request on.`
				: `${email} is an admin. The account is new: its first sign-in is by a link in a mail.`;
		},
		{ task }
	);
}

export const adminGrant: Command = {
	usage: 'admin:grant --email <address>',
	summary: 'makes an account an admin, and the account where there is none',
	run: async (args) => console.log(await setRole(emailArgument(args), 'admin', 'admin:grant'))
};

export const adminRevoke: Command = {
	usage: 'admin:revoke --email <address>',
	summary: 'makes an admin a person like others',
	run: async (args) => console.log(await setRole(emailArgument(args), 'user', 'admin:revoke'))
};

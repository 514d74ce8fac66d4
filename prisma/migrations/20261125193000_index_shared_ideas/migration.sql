-- What others share with a person is found without reading everything that is their own.
CREATE INDEX CONCURRENTLY "idea_members_shared_idx" ON "idea_members"("user_id", "idea_id") WHERE (role <> 'owner'::member_role);

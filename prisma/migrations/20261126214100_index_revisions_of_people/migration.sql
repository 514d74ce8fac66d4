-- A deleted account leaves no name at the revisions of others, and finds them without reading all.
CREATE INDEX CONCURRENTLY "revisions_user_id_idx" ON "revisions"("user_id");

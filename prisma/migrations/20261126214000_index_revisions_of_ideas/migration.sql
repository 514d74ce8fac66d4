-- An idea that is deleted takes its features' revisions along, too, without reading those of everyone.
CREATE INDEX CONCURRENTLY "revisions_idea_id_idx" ON "revisions"("idea_id");

-- A search for what is starred goes from idea to idea, and reads of each only these features.
CREATE INDEX CONCURRENTLY "features_starred_idx" ON "features"("idea_id", "star") WHERE ((star <> 'none'::star) AND (deleted_at IS NULL));

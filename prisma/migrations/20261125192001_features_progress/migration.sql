-- How far a plan is, read from the index alone. The table is new in this release, so nothing waits for it.
CREATE INDEX "features_progress_idx" ON "features"("idea_id", "visibility", "completed_at") WHERE (deleted_at IS NULL);

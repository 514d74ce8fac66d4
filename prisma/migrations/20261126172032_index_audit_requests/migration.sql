-- Looking at a request shows what it changed. Alone in its file, because it may not be part of a transaction.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "audit_entries_request_idx" ON "audit_entries"("request_id") WHERE (request_id IS NOT NULL);

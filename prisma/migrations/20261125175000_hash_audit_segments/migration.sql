-- A segment's own hash commits to its numbers and its time from now on, also when its entries are gone. No
-- release has sealed anything yet.
ALTER TABLE "audit_segments" ADD COLUMN "entries_hash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "audit_segments" ALTER COLUMN "entries_hash" DROP DEFAULT;

-- How often a message was refused for what it is, apart from attempts that failed otherwise.
ALTER TABLE "outbox" ADD COLUMN "refusals" INTEGER NOT NULL DEFAULT 0;

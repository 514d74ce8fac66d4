-- Reads every account, and lets others write meanwhile.
ALTER TABLE "users" VALIDATE CONSTRAINT "users_probe_check";

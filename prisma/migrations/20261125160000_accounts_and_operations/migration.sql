-- Accounts (passwords, browsers, links, consents), the mail log, the audit chain, the clock's runs, switches,
-- and what later releases count. What Prisma cannot say is written by hand at the end.

CREATE TYPE "email_link_purpose" AS ENUM ('sign_in', 'verify_email', 'reset_password', 'change_email');
CREATE TYPE "audit_outcome" AS ENUM ('done', 'refused', 'failed');
CREATE TYPE "task_trigger" AS ENUM ('clock', 'vercel', 'tick', 'manual', 'ci');
CREATE TYPE "task_run_state" AS ENUM ('running', 'succeeded', 'failed', 'skipped', 'lost');
CREATE TYPE "pairing_state" AS ENUM ('pending', 'approved', 'denied', 'consumed', 'revoked');

DROP INDEX "outbox_created_at_idx";

ALTER TABLE "audit_entries" ADD COLUMN     "details" JSONB,
ADD COLUMN     "hash" TEXT,
ADD COLUMN     "key_of" UUID,
ADD COLUMN     "outcome" "audit_outcome" NOT NULL DEFAULT 'done',
ADD COLUMN     "person_id" UUID,
ADD COLUMN     "personal" TEXT,
ADD COLUMN     "sequence" BIGINT;

ALTER TABLE "outbox" ADD COLUMN     "bounce_reason" TEXT,
ADD COLUMN     "bounced_at" TIMESTAMPTZ(3),
ADD COLUMN     "delivered_at" TIMESTAMPTZ(3),
ADD COLUMN     "provider_id" TEXT,
ADD COLUMN     "recipient" TEXT,
ADD COLUMN     "template" TEXT,
ADD COLUMN     "transport" TEXT;

ALTER TABLE "sessions" ADD COLUMN     "address" TEXT,
ADD COLUMN     "authenticated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "place" TEXT,
ADD COLUMN     "user_agent" TEXT;

ALTER TABLE "users" ADD COLUMN     "delete_after" TIMESTAMPTZ(3),
ADD COLUMN     "disabled_at" TIMESTAMPTZ(3),
ADD COLUMN     "password_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "password_hash" TEXT,
ADD COLUMN     "preferences" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "browsers" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "browsers_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "email_links" (
    "id" UUID NOT NULL,
    "purpose" "email_link_purpose" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "user_id" UUID,
    "callback_url" TEXT NOT NULL DEFAULT '/ideas',
    "password_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "email_links_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "consents" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "document" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "consents_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_keys" (
    "user_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_keys_pkey" PRIMARY KEY ("user_id")
);

CREATE TABLE "audit_segments" (
    "first_sequence" BIGINT NOT NULL,
    "last_sequence" BIGINT NOT NULL,
    "entries" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_segments_pkey" PRIMARY KEY ("first_sequence")
);

CREATE TABLE "mail_suppressions" (
    "email" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_suppressions_pkey" PRIMARY KEY ("email")
);

CREATE TABLE "tasks" (
    "name" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_run_id" UUID,
    "lease_expires_at" TIMESTAMPTZ(3),
    "last_started_at" TIMESTAMPTZ(3),
    "last_finished_at" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "tasks_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "task_runs" (
    "id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "trigger" "task_trigger" NOT NULL,
    "state" "task_run_state" NOT NULL DEFAULT 'running',
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "counts" JSONB,
    "error" TEXT,
    "request_id" TEXT,
    "started_by" UUID,

    CONSTRAINT "task_runs_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "switches" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "set_by" TEXT,

    CONSTRAINT "switches_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "announcement_acks" (
    "user_id" UUID NOT NULL,
    "announcement_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "announcement_acks_pkey" PRIMARY KEY ("user_id","announcement_id")
);

CREATE TABLE "problem_reports" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "text" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "request_id" TEXT,
    "release" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "problem_reports_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "daily_salts" (
    "day" DATE NOT NULL,
    "salt" BYTEA NOT NULL,

    CONSTRAINT "daily_salts_pkey" PRIMARY KEY ("day")
);

CREATE TABLE "page_views" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "route" TEXT NOT NULL,
    "visitor" TEXT NOT NULL,
    "country" TEXT,
    "device" TEXT NOT NULL,

    CONSTRAINT "page_views_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "pairings" (
    "id" UUID NOT NULL,
    "device_code_hash" TEXT NOT NULL,
    "user_code_hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" "pairing_state" NOT NULL DEFAULT 'pending',
    "user_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "pairings_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "browsers_user_id_token_hash_key" ON "browsers"("user_id", "token_hash");
CREATE UNIQUE INDEX "email_links_token_hash_key" ON "email_links"("token_hash");
CREATE INDEX "email_links_expires_at_idx" ON "email_links"("expires_at");
CREATE INDEX "email_links_email_purpose_idx" ON "email_links"("email", "purpose");
CREATE UNIQUE INDEX "consents_user_id_document_version_key" ON "consents"("user_id", "document", "version");
CREATE UNIQUE INDEX "audit_segments_last_sequence_key" ON "audit_segments"("last_sequence");
CREATE INDEX "task_runs_task_started_at_idx" ON "task_runs"("task", "started_at" DESC);
CREATE INDEX "task_runs_started_at_id_idx" ON "task_runs"("started_at" DESC, "id");
CREATE INDEX "problem_reports_created_at_id_idx" ON "problem_reports"("created_at" DESC, "id");
CREATE INDEX "page_views_at_idx" ON "page_views"("at");
CREATE UNIQUE INDEX "pairings_device_code_hash_key" ON "pairings"("device_code_hash");
CREATE UNIQUE INDEX "pairings_user_code_hash_key" ON "pairings"("user_code_hash");
CREATE INDEX "pairings_expires_at_idx" ON "pairings"("expires_at");
CREATE UNIQUE INDEX "audit_entries_sequence_key" ON "audit_entries"("sequence");
CREATE INDEX "audit_entries_person_id_at_id_idx" ON "audit_entries"("person_id", "at" DESC, "id" DESC);
CREATE INDEX "audit_entries_action_at_id_idx" ON "audit_entries"("action", "at" DESC, "id" DESC);
CREATE INDEX "audit_entries_at_id_idx" ON "audit_entries"("at" DESC, "id" DESC);
CREATE INDEX "audit_entries_unsealed_idx" ON "audit_entries"("at", "id") WHERE (sequence IS NULL);
CREATE INDEX "outbox_created_at_id_idx" ON "outbox"("created_at" DESC, "id");
CREATE INDEX "outbox_recipient_created_at_idx" ON "outbox"("recipient", "created_at" DESC);
CREATE INDEX "outbox_provider_id_idx" ON "outbox"("provider_id");
CREATE INDEX "users_delete_after_idx" ON "users"("delete_after") WHERE (delete_after IS NOT NULL);
CREATE INDEX "users_created_at_id_idx" ON "users"("created_at" DESC, "id");
ALTER TABLE "browsers" ADD CONSTRAINT "browsers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "email_links" ADD CONSTRAINT "email_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "consents" ADD CONSTRAINT "consents_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "audit_keys" ADD CONSTRAINT "audit_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "announcement_acks" ADD CONSTRAINT "announcement_acks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "problem_reports" ADD CONSTRAINT "problem_reports_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "pairings" ADD CONSTRAINT "pairings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "users" ADD CONSTRAINT "users_name_length_check" CHECK (char_length("name") <= 120) NOT VALID;
ALTER TABLE "users" VALIDATE CONSTRAINT "users_name_length_check";
ALTER TABLE "email_links" ADD CONSTRAINT "email_links_email_lower_check" CHECK ("email" = lower("email"));
ALTER TABLE "email_links" ADD CONSTRAINT "email_links_callback_url_length_check" CHECK (char_length("callback_url") <= 2048);
ALTER TABLE "mail_suppressions" ADD CONSTRAINT "mail_suppressions_email_lower_check" CHECK ("email" = lower("email"));
ALTER TABLE "problem_reports" ADD CONSTRAINT "problem_reports_text_length_check" CHECK (char_length("text") BETWEEN 1 AND 4000);
ALTER TABLE "task_runs" ADD CONSTRAINT "task_runs_finished_check" CHECK (("state" = 'running') = ("finished_at" IS NULL));
ALTER TABLE "audit_segments" ADD CONSTRAINT "audit_segments_range_check" CHECK ("last_sequence" - "first_sequence" + 1 = "entries");

-- Rows of the audit are added, sealed once, and may go when they are sealed and older than 400 days. Nothing
-- else can be done to them, whoever asks.
CREATE OR REPLACE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD."sequence" IS NULL AND NEW."sequence" IS NOT NULL AND NEW."hash" IS NOT NULL
            AND to_jsonb(OLD) - 'sequence' - 'hash' = to_jsonb(NEW) - 'sequence' - 'hash' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD."sequence" IS NOT NULL AND OLD."at" < now() - interval '400 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit_entries is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

DROP TRIGGER "audit_entries_append_only" ON "audit_entries";
CREATE TRIGGER "audit_entries_append_only"
    BEFORE UPDATE OR DELETE ON "audit_entries"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "audit_entries_no_truncate"
    BEFORE TRUNCATE ON "audit_entries"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

-- The first tables. What Prisma cannot say is written by hand: the CHECK constraints, the collations (titles
-- sort as people read, positions by byte), the unlogged table and the trigger at the end.

CREATE TYPE "user_role" AS ENUM ('user', 'admin');
CREATE TYPE "member_role" AS ENUM ('owner', 'editor', 'commenter', 'viewer');
CREATE TYPE "star" AS ENUM ('none', 'star', 'super');
CREATE TYPE "visibility" AS ENUM ('private', 'public');
CREATE TYPE "outbox_state" AS ENUM ('pending', 'sent', 'failed');
CREATE TYPE "actor_kind" AS ENUM ('person', 'token', 'runner', 'system');

CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified_at" TIMESTAMPTZ(3),
    "name" TEXT,
    "image" TEXT,
    "role" "user_role" NOT NULL DEFAULT 'user',
    "time_zone" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "users_email_lower_check" CHECK ("email" = lower("email")),
    CONSTRAINT "users_email_length_check" CHECK (char_length("email") BETWEEN 3 AND 320)
);

CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sign_in_tokens" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "callback_url" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sign_in_tokens_callback_url_length_check" CHECK (char_length("callback_url") <= 2048)
);

CREATE TABLE "ideas" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "client_key" UUID NOT NULL,
    "source_id" UUID,
    "title" TEXT COLLATE "und-x-icu" NOT NULL,
    "notes" TEXT NOT NULL DEFAULT '',
    "link_url" TEXT,
    "link_label" TEXT,
    "visibility" "visibility" NOT NULL DEFAULT 'private',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "undo_expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "ideas_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ideas_title_length_check" CHECK (char_length("title") BETWEEN 1 AND 255),
    CONSTRAINT "ideas_notes_length_check" CHECK (char_length("notes") <= 10000),
    CONSTRAINT "ideas_link_url_length_check" CHECK (char_length("link_url") <= 2048),
    CONSTRAINT "ideas_link_url_scheme_check" CHECK ("link_url" ~* '^https?://'),
    CONSTRAINT "ideas_link_label_length_check" CHECK (char_length("link_label") <= 120),
    CONSTRAINT "ideas_version_check" CHECK ("version" >= 1),
    CONSTRAINT "ideas_deletion_check" CHECK (("deleted_at" IS NULL) = ("undo_expires_at" IS NULL))
);

CREATE TABLE "idea_members" (
    "idea_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "member_role" NOT NULL,
    "position" TEXT COLLATE "C" NOT NULL,
    "star" "star" NOT NULL DEFAULT 'none',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idea_members_pkey" PRIMARY KEY ("user_id","idea_id"),
    CONSTRAINT "idea_members_position_length_check" CHECK (char_length("position") BETWEEN 1 AND 255)
);

CREATE TABLE "undo_actions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "idea_id" UUID NOT NULL,
    "inverse" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "undo_actions_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_id" TEXT,
    "action" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" TEXT,
    "changed" TEXT[],
    "request_id" TEXT,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" TEXT,
    "state" "outbox_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "outbox_attempts_check" CHECK ("attempts" >= 0)
);

-- A crash may empty it: the counts are worth less than the log that would keep them.
CREATE UNLOGGED TABLE "rate_limits" (
    "key" TEXT NOT NULL,
    "window" BIGINT NOT NULL,
    "current" INTEGER NOT NULL,
    "previous" INTEGER NOT NULL,
    "allowed" BOOLEAN NOT NULL DEFAULT true,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");
CREATE UNIQUE INDEX "sign_in_tokens_token_hash_key" ON "sign_in_tokens"("token_hash");
CREATE INDEX "sign_in_tokens_expires_at_idx" ON "sign_in_tokens"("expires_at");
CREATE INDEX "ideas_trash_idx" ON "ideas"("owner_id", "deleted_at" DESC, "id") WHERE (deleted_at IS NOT NULL);
CREATE INDEX "ideas_purge_idx" ON "ideas"("undo_expires_at") WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX "ideas_owner_id_client_key_key" ON "ideas"("owner_id", "client_key");
CREATE UNIQUE INDEX "ideas_owner_id_source_id_key" ON "ideas"("owner_id", "source_id");
CREATE INDEX "idea_members_idea_id_idx" ON "idea_members"("idea_id");
CREATE INDEX "idea_members_board_idx" ON "idea_members"("user_id", "star" DESC, "position", "idea_id");
CREATE UNIQUE INDEX "idea_members_owner_key" ON "idea_members"("idea_id") WHERE (role = 'owner'::member_role);
CREATE UNIQUE INDEX "undo_actions_token_hash_key" ON "undo_actions"("token_hash");
CREATE INDEX "undo_actions_user_id_created_at_idx" ON "undo_actions"("user_id", "created_at" DESC);
CREATE INDEX "undo_actions_expires_at_idx" ON "undo_actions"("expires_at");
CREATE INDEX "audit_entries_actor_id_at_idx" ON "audit_entries"("actor_id", "at" DESC);
CREATE INDEX "audit_entries_target_id_at_idx" ON "audit_entries"("target_id", "at" DESC);
CREATE INDEX "outbox_due_idx" ON "outbox"("next_attempt_at") WHERE (state = 'pending'::outbox_state);
CREATE INDEX "outbox_created_at_idx" ON "outbox"("created_at");
CREATE INDEX "rate_limits_expires_at_idx" ON "rate_limits"("expires_at");

ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ideas" ADD CONSTRAINT "ideas_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "idea_members" ADD CONSTRAINT "idea_members_idea_id_fkey" FOREIGN KEY ("idea_id") REFERENCES "ideas"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "idea_members" ADD CONSTRAINT "idea_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "undo_actions" ADD CONSTRAINT "undo_actions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was done stays written: rows of the audit are only ever added.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entries is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "audit_entries_append_only"
    BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_entries"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

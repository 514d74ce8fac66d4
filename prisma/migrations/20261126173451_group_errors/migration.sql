-- Errors of one kind are one row that counts; the latest few of each kind are kept whole.
CREATE TABLE "error_groups" (
    "id" UUID NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "source" "program_source" NOT NULL,
    "kind" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "culprit" TEXT NOT NULL DEFAULT '',
    "count" BIGINT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "first_release" TEXT NOT NULL,
    "last_release" TEXT NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" UUID,
    "regressed_at" TIMESTAMPTZ(3),

    CONSTRAINT "error_groups_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "error_groups_size_check" CHECK (char_length("kind") <= 100 AND char_length("message") <= 1000
        AND char_length("culprit") <= 300 AND char_length("first_release") <= 64 AND char_length("last_release") <= 64)
);

CREATE TABLE "error_hours" (
    "group_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "error_hours_pkey" PRIMARY KEY ("group_id","hour")
);

CREATE TABLE "error_people" (
    "group_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "error_people_pkey" PRIMARY KEY ("group_id","user_id")
);

CREATE TABLE "error_events" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" "program_source" NOT NULL,
    "message" TEXT NOT NULL,
    "stack" TEXT NOT NULL,
    "release" TEXT NOT NULL,
    "route" TEXT,
    "request_id" TEXT,
    "user_id" UUID,
    "tags" JSONB NOT NULL DEFAULT '{}',
    "breadcrumbs" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "error_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "error_events_size_check" CHECK (char_length("message") <= 1000 AND char_length("stack") <= 10000
        AND char_length("route") <= 300 AND char_length("request_id") <= 64 AND char_length("release") <= 64)
);

CREATE UNIQUE INDEX "error_groups_fingerprint_key" ON "error_groups"("fingerprint");
CREATE INDEX "error_groups_last_at_id_idx" ON "error_groups"("last_at" DESC, "id" DESC);
CREATE INDEX "error_groups_first_at_idx" ON "error_groups"("first_at");
CREATE INDEX "error_hours_hour_idx" ON "error_hours"("hour");
CREATE INDEX "error_people_user_id_idx" ON "error_people"("user_id");
CREATE INDEX "error_events_group_id_at_id_idx" ON "error_events"("group_id", "at" DESC, "id" DESC);
CREATE INDEX "error_events_request_idx" ON "error_events"("request_id") WHERE (request_id IS NOT NULL);
CREATE INDEX "error_events_user_idx" ON "error_events"("user_id") WHERE (user_id IS NOT NULL);
CREATE INDEX "error_events_at_idx" ON "error_events"("at");
ALTER TABLE "error_groups" ADD CONSTRAINT "error_groups_resolved_by_fkey" FOREIGN KEY ("resolved_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "error_hours" ADD CONSTRAINT "error_hours_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "error_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "error_people" ADD CONSTRAINT "error_people_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "error_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "error_people" ADD CONSTRAINT "error_people_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "error_events" ADD CONSTRAINT "error_events_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "error_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "error_events" ADD CONSTRAINT "error_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

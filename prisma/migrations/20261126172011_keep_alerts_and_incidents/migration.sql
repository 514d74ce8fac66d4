-- What a rule found wrong, how it is told, what people did about it, and how each part was day by day.
CREATE TYPE "alert_state" AS ENUM ('pending', 'firing', 'recovered');

CREATE TYPE "channel_kind" AS ENUM ('mail', 'slack', 'discord', 'ntfy', 'json');

CREATE TYPE "incident_status" AS ENUM ('investigating', 'identified', 'monitoring', 'resolved');

CREATE TYPE "incident_entry_kind" AS ENUM ('note', 'update');

ALTER TABLE "problem_reports" ADD COLUMN     "incident_id" UUID;

CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "severity" SMALLINT NOT NULL,
    "state" "alert_state" NOT NULL DEFAULT 'pending',
    "says" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fired_at" TIMESTAMPTZ(3),
    "clear_since" TIMESTAMPTZ(3),
    "recovered_at" TIMESTAMPTZ(3),
    "times" INTEGER NOT NULL DEFAULT 1,
    "told_at" TIMESTAMPTZ(3),
    "recovery_told_at" TIMESTAMPTZ(3),
    "incident_id" UUID,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alerts_severity_check" CHECK ("severity" BETWEEN 1 AND 4),
    CONSTRAINT "alerts_says_length_check" CHECK (char_length("says") <= 1000)
);

CREATE TABLE "alert_rules" (
    "key" TEXT NOT NULL,
    "is_on" BOOLEAN NOT NULL DEFAULT true,
    "silenced_until" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "readings" JSONB NOT NULL DEFAULT '[]',
    "error" TEXT,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "alert_channels" (
    "id" UUID NOT NULL,
    "kind" "channel_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "target" TEXT,
    "secret" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_channels_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_channels_name_length_check" CHECK (char_length("name") BETWEEN 1 AND 120)
);

CREATE TABLE "quiet_hours" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "from_minute" INTEGER NOT NULL,
    "until_minute" INTEGER NOT NULL,
    "time_zone" TEXT NOT NULL,
    "from_severity" SMALLINT NOT NULL,

    CONSTRAINT "quiet_hours_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "quiet_hours_one_check" CHECK ("id"),
    CONSTRAINT "quiet_hours_minutes_check" CHECK ("from_minute" BETWEEN 0 AND 1439 AND "until_minute" BETWEEN 0 AND 1439),
    CONSTRAINT "quiet_hours_severity_check" CHECK ("from_severity" BETWEEN 2 AND 4)
);

CREATE TABLE "outside_signals" (
    "signature" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outside_signals_pkey" PRIMARY KEY ("signature")
);

CREATE TABLE "status_days" (
    "component" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "state" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "up_seconds" INTEGER NOT NULL DEFAULT 0,
    "degraded_seconds" INTEGER NOT NULL DEFAULT 0,
    "down_seconds" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "status_days_pkey" PRIMARY KEY ("component","day")
);

CREATE TABLE "incidents" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "severity" SMALLINT NOT NULL,
    "status" "incident_status" NOT NULL DEFAULT 'investigating',
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "opened_by" UUID,
    "owner_id" UUID,
    "acknowledged_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "public_title" TEXT,

    CONSTRAINT "incidents_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "incidents_severity_check" CHECK ("severity" BETWEEN 1 AND 4),
    CONSTRAINT "incidents_title_length_check" CHECK (char_length("title") BETWEEN 1 AND 200),
    CONSTRAINT "incidents_public_title_length_check" CHECK (char_length("public_title") BETWEEN 1 AND 200)
);

CREATE TABLE "incident_entries" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" "incident_entry_kind" NOT NULL,
    "text" TEXT NOT NULL,
    "author_id" UUID,

    CONSTRAINT "incident_entries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "incident_entries_text_length_check" CHECK (char_length("text") BETWEEN 1 AND 4000)
);

CREATE TABLE "incident_actions" (
    "id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "owner_id" UUID,
    "due_on" DATE,
    "done_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "incident_actions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "incident_actions_text_length_check" CHECK (char_length("text") BETWEEN 1 AND 500)
);

CREATE INDEX "alerts_fired_at_id_idx" ON "alerts"("fired_at" DESC, "id");

CREATE INDEX "alerts_incident_id_idx" ON "alerts"("incident_id");

CREATE UNIQUE INDEX "alerts_open_key" ON "alerts"("rule", "subject") WHERE (state <> 'recovered'::alert_state);

CREATE INDEX "outside_signals_at_idx" ON "outside_signals"("at");

CREATE UNIQUE INDEX "incidents_number_key" ON "incidents"("number");

CREATE INDEX "incidents_opened_at_id_idx" ON "incidents"("opened_at" DESC, "id");

CREATE INDEX "incident_entries_incident_id_at_idx" ON "incident_entries"("incident_id", "at");

CREATE INDEX "incident_actions_incident_id_created_at_idx" ON "incident_actions"("incident_id", "created_at");

ALTER TABLE "problem_reports" ADD CONSTRAINT "problem_reports_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "alerts" ADD CONSTRAINT "alerts_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "incidents" ADD CONSTRAINT "incidents_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "incident_entries" ADD CONSTRAINT "incident_entries_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "incident_entries" ADD CONSTRAINT "incident_entries_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "incident_actions" ADD CONSTRAINT "incident_actions_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incidents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "incident_actions" ADD CONSTRAINT "incident_actions_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Somebody hears of it before anything is set up: every admin gets a mail.
INSERT INTO "alert_channels" ("id", "kind", "name") VALUES (gen_random_uuid(), 'mail', 'Every admin');

-- What a computer says of itself when it asks to be paired, and how it has to wait.
ALTER TABLE "pairings"
    ADD COLUMN "hostname" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "platform" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "version" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "public_key" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "address" TEXT,
    ADD COLUMN "place" TEXT,
    ADD COLUMN "interval_seconds" INTEGER NOT NULL DEFAULT 5,
    ADD COLUMN "polled_at" TIMESTAMPTZ(3);

CREATE TABLE "runners" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hostname" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "credential_hash" TEXT NOT NULL,
    "is_for_any" BOOLEAN NOT NULL DEFAULT false,
    "proved_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "relay_id" TEXT,
    "connection_id" UUID,
    "epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "runners_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "runners_name_length_check" CHECK (char_length("name") BETWEEN 1 AND 120)
);

CREATE UNIQUE INDEX "runners_credential_hash_key" ON "runners"("credential_hash");
CREATE INDEX "runners_user_id_created_at_idx" ON "runners"("user_id", "created_at");

ALTER TABLE "runners" ADD CONSTRAINT "runners_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "relay_reports" (
    "relay_id" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ(3),

    CONSTRAINT "relay_reports_pkey" PRIMARY KEY ("relay_id")
);

CREATE INDEX "relay_reports_reported_at_idx" ON "relay_reports"("reported_at");

-- What is added once more, because no answer came, is added once. A release leaves the alerts of a newer one alone.

CREATE TABLE "batch_marks" (
    "writer" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "batch_marks_pkey" PRIMARY KEY ("writer")
);

CREATE TABLE "alert_checker" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "built_at" TIMESTAMPTZ(3) NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_checker_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_checker_id_check" CHECK ("id")
);

ALTER TABLE "alerts" ADD COLUMN     "found_by" TIMESTAMPTZ(3);

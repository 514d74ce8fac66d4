-- Lines of the log can be read and searched without leaving Coda. They are kept for days and purged in batches.
CREATE TYPE "log_level" AS ENUM ('debug', 'info', 'warn', 'error');

CREATE TYPE "program_source" AS ENUM ('app', 'relay', 'runner', 'browser');

CREATE TABLE "log_lines" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "level" "log_level" NOT NULL,
    "message" TEXT NOT NULL,
    "source" "program_source" NOT NULL DEFAULT 'app',
    "release" TEXT NOT NULL DEFAULT '',
    "route" TEXT,
    "request_id" TEXT,
    "user_id" UUID,
    "run_id" UUID,
    "fields" TEXT NOT NULL DEFAULT '{}',

    CONSTRAINT "log_lines_pkey" PRIMARY KEY ("id"),
    -- Whoever writes cuts what is longer; this is for whoever forgets.
    CONSTRAINT "log_lines_size_check" CHECK (char_length("message") <= 2000 AND char_length("fields") <= 20000
        AND char_length("route") <= 300 AND char_length("request_id") <= 64 AND char_length("release") <= 64)
);

CREATE INDEX "log_lines_at_id_idx" ON "log_lines"("at" DESC, "id" DESC);
CREATE INDEX "log_lines_serious_idx" ON "log_lines"("at" DESC, "id" DESC) WHERE (level >= 'warn'::log_level);
CREATE INDEX "log_lines_request_idx" ON "log_lines"("request_id", "at" DESC, "id" DESC) WHERE (request_id IS NOT NULL);
CREATE INDEX "log_lines_user_idx" ON "log_lines"("user_id", "at" DESC, "id" DESC) WHERE (user_id IS NOT NULL);
CREATE INDEX "log_lines_run_idx" ON "log_lines"("run_id", "at" DESC, "id" DESC) WHERE (run_id IS NOT NULL);
CREATE INDEX "log_lines_route_idx" ON "log_lines"("route", "at" DESC, "id" DESC) WHERE (route IS NOT NULL);
CREATE INDEX "log_lines_elsewhere_idx" ON "log_lines"("source", "at" DESC, "id" DESC) WHERE (source <> 'app'::program_source);
CREATE INDEX "log_lines_text_idx" ON "log_lines" USING GIN ("message" gin_trgm_ops, "fields" gin_trgm_ops);

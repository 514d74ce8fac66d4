-- How large the database is day by day, and how long the program's statements take.

CREATE TABLE "database_sizes" (
    "day" DATE NOT NULL,
    "relation" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "database_sizes_pkey" PRIMARY KEY ("day", "relation"),
    CONSTRAINT "database_sizes_bytes_check" CHECK ("bytes" >= 0)
);

CREATE TABLE "statement_times" (
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "statement" TEXT NOT NULL,
    "calls" INTEGER NOT NULL,
    "total_ms" DOUBLE PRECISION NOT NULL,
    "slowest_ms" DOUBLE PRECISION NOT NULL,
    "buckets" INTEGER[],

    CONSTRAINT "statement_times_pkey" PRIMARY KEY ("hour", "statement"),
    CONSTRAINT "statement_times_statement_check" CHECK (char_length("statement") <= 120)
);

CREATE TABLE "statement_errors" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "kind" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "statement_errors_pkey" PRIMARY KEY ("minute", "kind")
);

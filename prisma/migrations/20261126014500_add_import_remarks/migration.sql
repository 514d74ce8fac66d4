-- What a file says that has no place here is named before anything is taken over.

ALTER TABLE "imports" ADD COLUMN "remarks" JSONB NOT NULL DEFAULT '[]';

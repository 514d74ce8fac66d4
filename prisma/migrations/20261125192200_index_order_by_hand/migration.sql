-- A move looks for its neighbours in the whole order of a person, across the sections of the board.
CREATE INDEX CONCURRENTLY "idea_members_order_idx" ON "idea_members"("user_id", "position", "idea_id");

-- A mail that is not to be sent, though nothing failed: a preview, a suppressed address, an unwanted topic.
ALTER TYPE "outbox_state" ADD VALUE 'withheld';

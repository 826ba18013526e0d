CREATE TABLE "journal_entry" (
	"chain" text NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"transaction" text NOT NULL,
	"agency" text NOT NULL,
	"county" text NOT NULL,
	"actor" text,
	"officer" text,
	"purpose_kind" text NOT NULL,
	"purpose_number" text,
	"fields" text[] NOT NULL,
	"subjects" text[] DEFAULT '{}'::text[] NOT NULL,
	"previous" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "journal_entry_chain_sequence_pk" PRIMARY KEY("chain","sequence")
);
--> statement-breakpoint
CREATE INDEX "journal_entry_transaction" ON "journal_entry" USING btree ("transaction");--> statement-breakpoint
CREATE INDEX "journal_entry_subjects" ON "journal_entry" USING gin ("subjects");
CREATE TABLE "delivery_incident" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "delivery_incident_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"code" text NOT NULL,
	"county" text,
	"courier" text,
	"matter" text,
	"hash" text NOT NULL,
	"detail" text NOT NULL,
	"evidence" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_peer" (
	"county" text PRIMARY KEY NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"cursor" text
);
--> statement-breakpoint
CREATE TABLE "envelope" (
	"hash" text PRIMARY KEY NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "envelope_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"matter" text NOT NULL,
	"sender" text NOT NULL,
	"sequence" integer NOT NULL,
	"recipients" text[] NOT NULL,
	"event" text NOT NULL,
	"jws" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"depth" integer,
	"code" text,
	"reason" text,
	"received_at" timestamp (3) with time zone,
	"acknowledgement" text
);
--> statement-breakpoint
CREATE TABLE "matter" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"parties" text[] NOT NULL,
	"pen" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"frozen_at" timestamp (3) with time zone,
	"frozen_reason" text,
	"frozen_by" text
);
--> statement-breakpoint
CREATE TABLE "outgoing" (
	"envelope" text NOT NULL,
	"recipient" text NOT NULL,
	"matter" text NOT NULL,
	"sequence" integer NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outgoing_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"queued_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"acknowledgement" text,
	"acknowledged_at" timestamp (3) with time zone,
	CONSTRAINT "outgoing_envelope_recipient_pk" PRIMARY KEY("envelope","recipient")
);
--> statement-breakpoint
ALTER TABLE "outgoing" ADD CONSTRAINT "outgoing_envelope_envelope_hash_fk" FOREIGN KEY ("envelope") REFERENCES "public"."envelope"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "delivery_incident_once" ON "delivery_incident" USING btree ("hash","code");--> statement-breakpoint
CREATE INDEX "delivery_incident_matter" ON "delivery_incident" USING btree ("matter");--> statement-breakpoint
CREATE UNIQUE INDEX "envelope_place" ON "envelope" USING btree ("matter","sender","sequence") WHERE status <> 'FORK';--> statement-breakpoint
CREATE INDEX "envelope_matter" ON "envelope" USING btree ("matter");--> statement-breakpoint
CREATE INDEX "envelope_id" ON "envelope" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "envelope_ordinal" ON "envelope" USING btree ("ordinal");--> statement-breakpoint
CREATE INDEX "envelope_waiting" ON "envelope" USING btree ("matter") WHERE status = 'WAITING';--> statement-breakpoint
CREATE INDEX "outgoing_due" ON "outgoing" USING btree ("recipient","position") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "outgoing_matter" ON "outgoing" USING btree ("matter","recipient","sequence") WHERE state = 'PENDING';
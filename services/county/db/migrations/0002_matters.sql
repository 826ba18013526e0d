CREATE TABLE "clue_handover_item" (
	"clue" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"quantity" text NOT NULL,
	"note" text,
	"as_listed" boolean,
	"remark" text,
	CONSTRAINT "clue_handover_item_clue_position_pk" PRIMARY KEY("clue","position")
);
--> statement-breakpoint
CREATE TABLE "clue_test" (
	"clue" text NOT NULL,
	"sequence" integer NOT NULL,
	"begun_at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"result" text,
	CONSTRAINT "clue_test_clue_sequence_pk" PRIMARY KEY("clue","sequence")
);
--> statement-breakpoint
CREATE TABLE "clue_transfer" (
	"id" text PRIMARY KEY NOT NULL,
	"sender" text NOT NULL,
	"recipient" text NOT NULL,
	"state" text NOT NULL,
	"number" text,
	"title" text NOT NULL,
	"source" text NOT NULL,
	"field" text NOT NULL,
	"supervision_stage" text,
	"act" text NOT NULL,
	"topics" text[] DEFAULT '{}'::text[] NOT NULL,
	"priorities" text[] DEFAULT '{}'::text[] NOT NULL,
	"method_note" text,
	"subject_code" text,
	"subject_name" text NOT NULL,
	"facts" text NOT NULL,
	"origin_case" text,
	"from_agency_id" text NOT NULL,
	"from_agency_name" text NOT NULL,
	"to_agency_id" text,
	"to_agency_name" text,
	"notice_request" text,
	"notice_given_at" timestamp (3) with time zone,
	"notice_acknowledged_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"transfer_hash" text,
	"handed_over_by" text,
	"handed_over_certificate" text,
	"received_at" timestamp (3) with time zone,
	"taken_over_by" text,
	"taken_over_certificate" text,
	"taken_over_at" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"objected_at" timestamp (3) with time zone,
	"objection_reason" text,
	"verifying_at" timestamp (3) with time zone,
	"extended_at" timestamp (3) with time zone,
	"extension_reason" text,
	"extension_approved_by" text,
	"case_id" text,
	"case_number" text,
	"filed_at" timestamp (3) with time zone,
	"not_filed_reason" text,
	"not_filed_approved_by" text,
	"decided_at" timestamp (3) with time zone,
	"feedback" text,
	"feedback_at" timestamp (3) with time zone,
	"withdrawal_asked_at" timestamp (3) with time zone,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
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
CREATE TABLE "matter_due" (
	"matter" text PRIMARY KEY NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"soon_on" date,
	"due_on" date,
	"calendars" text
);
--> statement-breakpoint
ALTER TABLE "clue_handover_item" ADD CONSTRAINT "clue_handover_item_clue_clue_transfer_id_fk" FOREIGN KEY ("clue") REFERENCES "public"."clue_transfer"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clue_test" ADD CONSTRAINT "clue_test_clue_clue_transfer_id_fk" FOREIGN KEY ("clue") REFERENCES "public"."clue_transfer"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing" ADD CONSTRAINT "outgoing_envelope_envelope_hash_fk" FOREIGN KEY ("envelope") REFERENCES "public"."envelope"("hash") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "clue_transfer_subject" ON "clue_transfer" USING btree ("subject_code","act");--> statement-breakpoint
CREATE INDEX "clue_transfer_case" ON "clue_transfer" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "clue_transfer_origin" ON "clue_transfer" USING btree ("origin_case");--> statement-breakpoint
CREATE UNIQUE INDEX "delivery_incident_once" ON "delivery_incident" USING btree ("hash","code");--> statement-breakpoint
CREATE INDEX "delivery_incident_matter" ON "delivery_incident" USING btree ("matter");--> statement-breakpoint
CREATE UNIQUE INDEX "envelope_place" ON "envelope" USING btree ("matter","sender","sequence") WHERE status <> 'FORK';--> statement-breakpoint
CREATE INDEX "envelope_matter" ON "envelope" USING btree ("matter");--> statement-breakpoint
CREATE INDEX "envelope_id" ON "envelope" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "envelope_ordinal" ON "envelope" USING btree ("ordinal");--> statement-breakpoint
CREATE INDEX "envelope_waiting" ON "envelope" USING btree ("matter") WHERE status = 'WAITING';--> statement-breakpoint
CREATE INDEX "outgoing_due" ON "outgoing" USING btree ("recipient","position") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "outgoing_matter" ON "outgoing" USING btree ("matter","recipient","sequence") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "matter_due_order" ON "matter_due" USING btree ("changed_at" DESC NULLS LAST,"matter" DESC NULLS LAST);
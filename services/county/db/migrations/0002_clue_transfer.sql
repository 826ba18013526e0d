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
CREATE INDEX "clue_transfer_subject" ON "clue_transfer" USING btree ("subject_code","act");--> statement-breakpoint
CREATE INDEX "clue_transfer_case" ON "clue_transfer" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "clue_transfer_origin" ON "clue_transfer" USING btree ("origin_case");--> statement-breakpoint
CREATE INDEX "matter_due_order" ON "matter_due" USING btree ("changed_at" DESC NULLS LAST,"matter" DESC NULLS LAST);
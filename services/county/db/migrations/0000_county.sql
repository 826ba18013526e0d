CREATE TABLE "agency" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"code" text,
	"exchange_agency" text,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "agency_name_unique" UNIQUE("name"),
	CONSTRAINT "agency_exchange_agency_unique" UNIQUE("exchange_agency")
);
--> statement-breakpoint
CREATE TABLE "officer" (
	"id" text PRIMARY KEY NOT NULL,
	"agency_id" text NOT NULL,
	"name" text NOT NULL,
	"certificate" text NOT NULL,
	"certificate_until" date,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "officer_certificate_unique" UNIQUE("certificate")
);
--> statement-breakpoint
CREATE TABLE "case_event" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "case_event_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"case_id" text NOT NULL,
	"event" text NOT NULL,
	"from_stage" text,
	"to_stage" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text,
	"document" text,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "case_link" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"target" text NOT NULL,
	"kind" text NOT NULL,
	"direction" text NOT NULL,
	"state" text NOT NULL,
	"note" text,
	"origin" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"proposal" text NOT NULL,
	"confirmation" text
);
--> statement-breakpoint
CREATE TABLE "enforcement_case" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"subject_code" text NOT NULL,
	"subject_name" text NOT NULL,
	"act" text NOT NULL,
	"field" text NOT NULL,
	"supervision_stage" text,
	"source" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"stage" text NOT NULL,
	"decision" text,
	"visibility" text DEFAULT 'AGREEMENT' NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"filed_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "enforcement_case_number_unique" UNIQUE("number")
);
--> statement-breakpoint
CREATE TABLE "credit_listing_event" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credit_listing_event_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"listing_id" text NOT NULL,
	"event" text NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text,
	"document" text,
	"note" text,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credit_listing" (
	"id" text PRIMARY KEY NOT NULL,
	"document_number" text NOT NULL,
	"subject_code" text NOT NULL,
	"subject_name" text NOT NULL,
	"legal_representative" text,
	"legal_representative_code" text,
	"category" text NOT NULL,
	"facts" text NOT NULL,
	"basis" text NOT NULL,
	"organ" text NOT NULL,
	"penalty_document" text,
	"state" text NOT NULL,
	"entered_on" date NOT NULL,
	"listed_on" date,
	"published_from" date,
	"published_until" date,
	"effect_until" date,
	"imposed_measures" text[] DEFAULT '{}'::text[] NOT NULL,
	"restriction_until" date,
	"superior_consent" text,
	"restored_on" date,
	"removed_on" date,
	"removed_reason" text,
	"removed_by" text,
	"version" bigint NOT NULL,
	"content_hash" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "credit_listing_document_number_unique" UNIQUE("document_number")
);
--> statement-breakpoint
CREATE TABLE "list_version" (
	"list" text PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "penalty" (
	"id" text PRIMARY KEY NOT NULL,
	"document_number" text NOT NULL,
	"subject_code" text NOT NULL,
	"subject_name" text NOT NULL,
	"subject_kind" text NOT NULL,
	"legal_representative" text,
	"act" text NOT NULL,
	"facts" text NOT NULL,
	"basis" text NOT NULL,
	"kind" text NOT NULL,
	"content" text NOT NULL,
	"fine" numeric(18, 6),
	"confiscated" numeric(18, 6),
	"licence_action" text,
	"decided_on" date NOT NULL,
	"valid_until" date,
	"published_until" date,
	"organ" text NOT NULL,
	"organ_code" text,
	"source" text,
	"source_code" text,
	"remark" text,
	"content_hash" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "penalty_document_number_unique" UNIQUE("document_number")
);
--> statement-breakpoint
CREATE TABLE "subject" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"legal_representative" text,
	"legal_representative_code" text,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
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
ALTER TABLE "officer" ADD CONSTRAINT "officer_agency_id_agency_id_fk" FOREIGN KEY ("agency_id") REFERENCES "public"."agency"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_event" ADD CONSTRAINT "case_event_case_id_enforcement_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."enforcement_case"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_link" ADD CONSTRAINT "case_link_case_id_enforcement_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."enforcement_case"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "enforcement_case" ADD CONSTRAINT "enforcement_case_agency_id_agency_id_fk" FOREIGN KEY ("agency_id") REFERENCES "public"."agency"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_listing_event" ADD CONSTRAINT "credit_listing_event_listing_id_credit_listing_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."credit_listing"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "officer_agency" ON "officer" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "case_event_case" ON "case_event" USING btree ("case_id","sequence");--> statement-breakpoint
CREATE INDEX "case_link_case" ON "case_link" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_link_target" ON "case_link" USING btree ("target");--> statement-breakpoint
CREATE UNIQUE INDEX "case_link_origin" ON "case_link" USING btree ("origin","direction");--> statement-breakpoint
CREATE UNIQUE INDEX "case_link_once" ON "case_link" USING btree ("case_id","target","kind","direction") WHERE state in ('PROPOSED', 'CONFIRMED');--> statement-breakpoint
CREATE INDEX "enforcement_case_order" ON "enforcement_case" USING btree ("registered_at" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE INDEX "enforcement_case_subject" ON "enforcement_case" USING btree ("subject_code","registered_at" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE INDEX "credit_listing_event_listing" ON "credit_listing_event" USING btree ("listing_id","sequence");--> statement-breakpoint
CREATE INDEX "credit_listing_order" ON "credit_listing" USING btree ("entered_on" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE INDEX "credit_listing_subject" ON "credit_listing" USING btree ("subject_code");--> statement-breakpoint
CREATE INDEX "credit_listing_legal_representative" ON "credit_listing" USING btree ("legal_representative_code");--> statement-breakpoint
CREATE INDEX "penalty_order" ON "penalty" USING btree ("decided_on" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE INDEX "penalty_subject" ON "penalty" USING btree ("subject_code","decided_on" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE INDEX "journal_entry_transaction" ON "journal_entry" USING btree ("transaction");--> statement-breakpoint
CREATE INDEX "journal_entry_subjects" ON "journal_entry" USING gin ("subjects");
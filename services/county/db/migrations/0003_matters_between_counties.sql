CREATE TABLE "assistance_extension" (
	"request" text NOT NULL,
	"sequence" integer NOT NULL,
	"told_at" timestamp (3) with time zone NOT NULL,
	"until" date NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "assistance_extension_request_sequence_pk" PRIMARY KEY("request","sequence")
);
--> statement-breakpoint
CREATE TABLE "assistance_material" (
	"request" text NOT NULL,
	"part" integer NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"quantity" text NOT NULL,
	"note" text,
	"attachment" text,
	CONSTRAINT "assistance_material_request_part_position_pk" PRIMARY KEY("request","part","position")
);
--> statement-breakpoint
CREATE TABLE "assistance_part" (
	"request" text NOT NULL,
	"position" integer NOT NULL,
	"agency_id" text,
	"agency_name" text NOT NULL,
	"tasks" text[] DEFAULT '{}'::text[] NOT NULL,
	"outcome" text,
	"findings" text,
	"answered_by" text,
	"answered_certificate" text,
	"answered_at" timestamp (3) with time zone,
	CONSTRAINT "assistance_part_request_position_pk" PRIMARY KEY("request","position")
);
--> statement-breakpoint
CREATE TABLE "assistance_request" (
	"id" text PRIMARY KEY NOT NULL,
	"letter" text NOT NULL,
	"requester" text NOT NULL,
	"assistant" text NOT NULL,
	"state" text NOT NULL,
	"number" text,
	"title" text NOT NULL,
	"origin_case" text NOT NULL,
	"origin_case_number" text NOT NULL,
	"subject_code" text,
	"subject_name" text NOT NULL,
	"facts" text NOT NULL,
	"from_agency_id" text NOT NULL,
	"from_agency_name" text NOT NULL,
	"contact_name" text NOT NULL,
	"contact_phone" text NOT NULL,
	"contact_address" text NOT NULL,
	"also_asked" text[] DEFAULT '{}'::text[] NOT NULL,
	"enclosures" text[] DEFAULT '{}'::text[] NOT NULL,
	"issued_at" timestamp (3) with time zone,
	"issued_by" text,
	"issued_certificate" text,
	"letter_hash" text,
	"received_at" timestamp (3) with time zone,
	"received_by" text,
	"received_certificate" text,
	"signed_for_at" timestamp (3) with time zone,
	"begun_at" timestamp (3) with time zone,
	"decline_ground" text,
	"decline_reason" text,
	"declined_at" timestamp (3) with time zone,
	"reply_number" text,
	"conclusion" text,
	"replied_by" text,
	"replied_certificate" text,
	"replied_at" timestamp (3) with time zone,
	"supplements" integer DEFAULT 0 NOT NULL,
	"supplement_number" text,
	"supplement_what" text,
	"supplement_parts" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"supplement_asked_at" timestamp (3) with time zone,
	"closing_note" text,
	"closed_by" text,
	"closed_at" timestamp (3) with time zone,
	"withdrawal_asked_at" timestamp (3) with time zone,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "attachment" (
	"hash" text PRIMARY KEY NOT NULL,
	"size" bigint NOT NULL,
	"media_type" text NOT NULL,
	"stored_at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"origin" text NOT NULL,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "bulletin_read" (
	"bulletin" text NOT NULL,
	"county" text NOT NULL,
	"version" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	CONSTRAINT "bulletin_read_bulletin_county_version_agency_pk" PRIMARY KEY("bulletin","county","version","agency")
);
--> statement-breakpoint
CREATE TABLE "bulletin_reply" (
	"bulletin" text NOT NULL,
	"county" text NOT NULL,
	"sequence" integer NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	CONSTRAINT "bulletin_reply_bulletin_county_sequence_pk" PRIMARY KEY("bulletin","county","sequence")
);
--> statement-breakpoint
CREATE TABLE "bulletin" (
	"id" text PRIMARY KEY NOT NULL,
	"sender" text NOT NULL,
	"recipients" text[] NOT NULL,
	"state" text NOT NULL,
	"type" text NOT NULL,
	"channel" text NOT NULL,
	"document_number" text,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"field" text NOT NULL,
	"urgent" boolean NOT NULL,
	"reply_by" date,
	"from_agency_id" text NOT NULL,
	"from_agency_name" text NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"wordings" integer[] DEFAULT '{1}'::integer[] NOT NULL,
	"corrected_at" timestamp (3) with time zone,
	"correction_reason" text,
	"ended_at" timestamp (3) with time zone,
	"withdrawal_reason" text
);
--> statement-breakpoint
CREATE TABLE "consultation_answer" (
	"consultation" text NOT NULL,
	"proposal" integer NOT NULL,
	"county" text NOT NULL,
	"agreed" boolean NOT NULL,
	"reason" text,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	"envelope" text NOT NULL,
	"sequence" integer NOT NULL,
	CONSTRAINT "consultation_answer_consultation_proposal_county_pk" PRIMARY KEY("consultation","proposal","county")
);
--> statement-breakpoint
CREATE TABLE "consultation_proposal" (
	"consultation" text NOT NULL,
	"number" integer NOT NULL,
	"county" text NOT NULL,
	"law" text NOT NULL,
	"article" text NOT NULL,
	"criteria" text NOT NULL,
	"tiers" jsonb NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	"envelope" text NOT NULL,
	"sequence" integer NOT NULL,
	CONSTRAINT "consultation_proposal_consultation_number_pk" PRIMARY KEY("consultation","number")
);
--> statement-breakpoint
CREATE TABLE "consultation_standard" (
	"consultation" text NOT NULL,
	"county" text NOT NULL,
	"document" text,
	"tiers" jsonb NOT NULL,
	"revision" integer NOT NULL,
	"since" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"agency" text NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	"envelope" text NOT NULL,
	"sequence" integer NOT NULL,
	CONSTRAINT "consultation_standard_consultation_county_pk" PRIMARY KEY("consultation","county")
);
--> statement-breakpoint
CREATE TABLE "consultation" (
	"id" text PRIMARY KEY NOT NULL,
	"parties" text[] NOT NULL,
	"chair" text NOT NULL,
	"state" text NOT NULL,
	"title" text NOT NULL,
	"gravity" text NOT NULL,
	"field" text NOT NULL,
	"act" text NOT NULL,
	"subject_code" text,
	"subject_name" text,
	"origin_case" text,
	"from_agency_id" text NOT NULL,
	"from_agency_name" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"proposal" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"differences" text
);
--> statement-breakpoint
CREATE TABLE "evidence_citation" (
	"sharing" text NOT NULL,
	"position" integer NOT NULL,
	"case_id" text NOT NULL,
	"case_number" text NOT NULL,
	"fact" text NOT NULL,
	"version" integer NOT NULL,
	"cited_at" timestamp (3) with time zone NOT NULL,
	"officer" text NOT NULL,
	"officer_name" text,
	"known_through" integer NOT NULL,
	"outcome" text,
	"review_reason" text,
	"replacement" text,
	"case_decided" boolean,
	"reviewed_at" timestamp (3) with time zone,
	CONSTRAINT "evidence_citation_sharing_position_pk" PRIMARY KEY("sharing","position")
);
--> statement-breakpoint
CREATE TABLE "evidence_sharing" (
	"id" text PRIMARY KEY NOT NULL,
	"home" text NOT NULL,
	"recipient" text NOT NULL,
	"evidence" text NOT NULL,
	"document" text NOT NULL,
	"title" text NOT NULL,
	"number" text,
	"description" text,
	"piece" text NOT NULL,
	"hash" text NOT NULL,
	"version" integer NOT NULL,
	"collectors" jsonb NOT NULL,
	"collected_at" timestamp (3) with time zone NOT NULL,
	"collected_place" text NOT NULL,
	"appraiser" text,
	"checklist" jsonb NOT NULL,
	"purpose" text NOT NULL,
	"for_case" text,
	"origin_case" text NOT NULL,
	"origin_case_number" text NOT NULL,
	"from_agency_id" text NOT NULL,
	"from_agency_name" text NOT NULL,
	"to_agency_id" text,
	"to_agency_name" text,
	"shared_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone,
	"withdrawal_reason" text,
	"decision" text NOT NULL,
	"decided_version" integer NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"reviewer" jsonb,
	"reason" text,
	"review" jsonb,
	"ground" text,
	"verifiers" jsonb,
	"verified_at" timestamp (3) with time zone,
	"verified_place" text,
	"findings" text
);
--> statement-breakpoint
CREATE TABLE "evidence_version" (
	"sharing" text NOT NULL,
	"sequence" integer NOT NULL,
	"event" text NOT NULL,
	"version" integer NOT NULL,
	"hash" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"text" text,
	CONSTRAINT "evidence_version_sharing_sequence_pk" PRIMARY KEY("sharing","sequence")
);
--> statement-breakpoint
CREATE TABLE "jurisdiction_handover_item" (
	"dispute" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"quantity" text NOT NULL,
	"note" text,
	"as_listed" boolean,
	"remark" text,
	CONSTRAINT "jurisdiction_handover_item_dispute_position_pk" PRIMARY KEY("dispute","position")
);
--> statement-breakpoint
CREATE TABLE "jurisdiction_dispute" (
	"id" text PRIMARY KEY NOT NULL,
	"raiser" text NOT NULL,
	"respondent" text NOT NULL,
	"state" text NOT NULL,
	"subject_code" text,
	"subject_name" text NOT NULL,
	"act" text NOT NULL,
	"facts" text NOT NULL,
	"clue" text,
	"follows" text,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone,
	"raiser_agency" text NOT NULL,
	"raiser_system" text,
	"respondent_agency" text,
	"respondent_system" text,
	"raiser_case" text,
	"raiser_case_number" text,
	"raiser_filed_at" timestamp (3) with time zone,
	"raiser_claim" text,
	"respondent_case" text,
	"respondent_case_number" text,
	"respondent_filed_at" timestamp (3) with time zone,
	"respondent_claim" text,
	"proposed_county" text NOT NULL,
	"proposal_reason" text NOT NULL,
	"spoken_by" text NOT NULL,
	"escalated_at" timestamp (3) with time zone,
	"escalated_by" text,
	"escalation_reason" text,
	"superior_id" text,
	"superior_name" text,
	"superior_node" text,
	"referred_at" timestamp (3) with time zone,
	"outcome" text,
	"decided_at" timestamp (3) with time zone,
	"decision" text,
	"notice_number" text,
	"notice_date" date,
	"notice_reason" text,
	"recorded_by" text,
	"confirmed_at" timestamp (3) with time zone,
	"contested_at" timestamp (3) with time zone,
	"handover_number" text,
	"handed_over_by" text,
	"handed_over_certificate" text,
	"handed_over_at" timestamp (3) with time zone,
	"handover" text,
	"moved_case" text,
	"continued_case" text,
	"taken_over_by" text,
	"taken_over_certificate" text,
	"taken_over_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"ended_reason" text
);
--> statement-breakpoint
CREATE TABLE "typical_case_day" (
	"day" date PRIMARY KEY NOT NULL,
	"year" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "typical_case" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"agency" text NOT NULL,
	"field" text NOT NULL,
	"reasons" text[] NOT NULL,
	"original" jsonb NOT NULL,
	"hidden" text[] NOT NULL,
	"redacted" jsonb,
	"state" text NOT NULL,
	"nominated_at" timestamp (3) with time zone NOT NULL,
	"nominated_by" text NOT NULL,
	"redacted_by" text,
	"approved_by" text,
	"publish_on" date,
	"published_at" timestamp (3) with time zone,
	"reason" text,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deadline" (
	"matter" text PRIMARY KEY NOT NULL,
	"due_on" date NOT NULL,
	"told" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoint" (
	"id" text PRIMARY KEY NOT NULL,
	"agency" text NOT NULL,
	"url" text NOT NULL,
	"note" text,
	"secret" text NOT NULL,
	"old_secret" text,
	"old_secret_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp (3) with time zone,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"last_success_at" timestamp (3) with time zone,
	"last_error_at" timestamp (3) with time zone,
	"last_error" text,
	"disabled_at" timestamp (3) with time zone,
	"dropped" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_event" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_event_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"endpoint" text NOT NULL,
	"id" text NOT NULL,
	"body" text NOT NULL,
	"queued_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "outgoing_due";--> statement-breakpoint
ALTER TABLE "case_event" ADD COLUMN "confirmation" text;--> statement-breakpoint
ALTER TABLE "clue_transfer" ADD COLUMN "dispute" text;--> statement-breakpoint
ALTER TABLE "clue_transfer" ADD COLUMN "returned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "matter" ADD COLUMN "pen_from" text NOT NULL;--> statement-breakpoint
ALTER TABLE "matter" ADD COLUMN "pen_sequence" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "matter_due" ADD COLUMN "resting" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "matter_due" ADD COLUMN "awaited" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "assistance_extension" ADD CONSTRAINT "assistance_extension_request_assistance_request_id_fk" FOREIGN KEY ("request") REFERENCES "public"."assistance_request"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assistance_material" ADD CONSTRAINT "assistance_material_request_assistance_request_id_fk" FOREIGN KEY ("request") REFERENCES "public"."assistance_request"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assistance_part" ADD CONSTRAINT "assistance_part_request_assistance_request_id_fk" FOREIGN KEY ("request") REFERENCES "public"."assistance_request"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulletin_read" ADD CONSTRAINT "bulletin_read_bulletin_bulletin_id_fk" FOREIGN KEY ("bulletin") REFERENCES "public"."bulletin"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulletin_reply" ADD CONSTRAINT "bulletin_reply_bulletin_bulletin_id_fk" FOREIGN KEY ("bulletin") REFERENCES "public"."bulletin"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultation_answer" ADD CONSTRAINT "consultation_answer_consultation_consultation_id_fk" FOREIGN KEY ("consultation") REFERENCES "public"."consultation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultation_proposal" ADD CONSTRAINT "consultation_proposal_consultation_consultation_id_fk" FOREIGN KEY ("consultation") REFERENCES "public"."consultation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consultation_standard" ADD CONSTRAINT "consultation_standard_consultation_consultation_id_fk" FOREIGN KEY ("consultation") REFERENCES "public"."consultation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_citation" ADD CONSTRAINT "evidence_citation_sharing_evidence_sharing_id_fk" FOREIGN KEY ("sharing") REFERENCES "public"."evidence_sharing"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_version" ADD CONSTRAINT "evidence_version_sharing_evidence_sharing_id_fk" FOREIGN KEY ("sharing") REFERENCES "public"."evidence_sharing"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jurisdiction_handover_item" ADD CONSTRAINT "jurisdiction_handover_item_dispute_jurisdiction_dispute_id_fk" FOREIGN KEY ("dispute") REFERENCES "public"."jurisdiction_dispute"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assistance_request_letter" ON "assistance_request" USING btree ("letter");--> statement-breakpoint
CREATE INDEX "assistance_request_case" ON "assistance_request" USING btree ("origin_case");--> statement-breakpoint
CREATE INDEX "assistance_request_number" ON "assistance_request" USING btree ("requester","number");--> statement-breakpoint
CREATE INDEX "attachment_unused" ON "attachment" USING btree ("stored_at") WHERE origin = 'OWN' and used_at is null;--> statement-breakpoint
CREATE INDEX "bulletin_order" ON "bulletin" USING btree ("sent_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "consultation_order" ON "consultation" USING btree ("opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "consultation_act" ON "consultation" USING btree ("act");--> statement-breakpoint
CREATE INDEX "evidence_citation_case" ON "evidence_citation" USING btree ("case_id","cited_at");--> statement-breakpoint
CREATE INDEX "evidence_sharing_origin" ON "evidence_sharing" USING btree ("origin_case","shared_at");--> statement-breakpoint
CREATE INDEX "evidence_sharing_for" ON "evidence_sharing" USING btree ("for_case");--> statement-breakpoint
CREATE INDEX "jurisdiction_dispute_subject" ON "jurisdiction_dispute" USING btree ("subject_code","act");--> statement-breakpoint
CREATE INDEX "jurisdiction_dispute_raiser_case" ON "jurisdiction_dispute" USING btree ("raiser_case");--> statement-breakpoint
CREATE INDEX "jurisdiction_dispute_respondent_case" ON "jurisdiction_dispute" USING btree ("respondent_case");--> statement-breakpoint
CREATE INDEX "jurisdiction_dispute_clue" ON "jurisdiction_dispute" USING btree ("clue");--> statement-breakpoint
CREATE INDEX "jurisdiction_dispute_follows" ON "jurisdiction_dispute" USING btree ("follows");--> statement-breakpoint
CREATE INDEX "typical_case_published" ON "typical_case" USING btree ("published_at" DESC NULLS LAST,"id" COLLATE "C" DESC) WHERE state = 'PUBLISHED';--> statement-breakpoint
CREATE INDEX "typical_case_nominated" ON "typical_case" USING btree ("nominated_at" DESC NULLS LAST,"id" COLLATE "C" DESC);--> statement-breakpoint
CREATE UNIQUE INDEX "typical_case_once" ON "typical_case" USING btree ("case_id") WHERE state not in ('REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_endpoint_place" ON "webhook_endpoint" USING btree ("agency","url");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_event_once" ON "webhook_event" USING btree ("endpoint","id");--> statement-breakpoint
CREATE INDEX "webhook_event_order" ON "webhook_event" USING btree ("endpoint","position");--> statement-breakpoint
CREATE INDEX "webhook_event_age" ON "webhook_event" USING btree ("queued_at");--> statement-breakpoint
CREATE INDEX "case_event_penalty" ON "case_event" USING btree ("document") WHERE "case_event"."event" = 'DECIDE_PENALTY';--> statement-breakpoint
CREATE INDEX "outgoing_due" ON "outgoing" USING btree ("recipient","next_attempt_at","position") WHERE state = 'PENDING';
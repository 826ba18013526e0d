CREATE TABLE "act" (
	"code" text PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agency" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"county" text NOT NULL,
	"scopes" text[] NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreement" (
	"id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"parties" text[] NOT NULL,
	"records" text[] NOT NULL,
	"purposes" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"signed_by" text[] NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "calendar" (
	"id" text PRIMARY KEY NOT NULL,
	"from" date NOT NULL,
	"to" date NOT NULL,
	"holidays" text[] NOT NULL,
	"make_up_days" text[] NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "county" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"code_system" text NOT NULL,
	"status" text NOT NULL,
	"url" text NOT NULL,
	"keys" jsonb NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gateway" (
	"id" text PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"keys" jsonb NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issuer" (
	"issuer" text PRIMARY KEY NOT NULL,
	"audience" text NOT NULL,
	"jwks_uri" text NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "matter" (
	"code" text PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"position" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "measure" (
	"code" text PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"effect" text NOT NULL,
	"matters" text[],
	"categories" text[],
	"applies_to" text NOT NULL,
	"application" text NOT NULL,
	"legal_basis" jsonb NOT NULL,
	"implementing_body" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"position" integer NOT NULL,
	CONSTRAINT "measure_has_legal_basis" CHECK (jsonb_array_length("measure"."legal_basis") > 0)
);
--> statement-breakpoint
CREATE TABLE "directory_release" (
	"id" text PRIMARY KEY NOT NULL,
	"serial" bigint NOT NULL,
	"contents_hash" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agency" ADD CONSTRAINT "agency_county_county_code_fk" FOREIGN KEY ("county") REFERENCES "public"."county"("code") ON DELETE no action ON UPDATE no action;
CREATE TABLE "superior" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"level" text NOT NULL,
	"over" jsonb NOT NULL,
	"node" jsonb,
	"position" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agency" DROP CONSTRAINT "agency_county_county_code_fk";
--> statement-breakpoint
ALTER TABLE "agency" ADD COLUMN "system" text;
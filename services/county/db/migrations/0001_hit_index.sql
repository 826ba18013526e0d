CREATE TABLE "hit_index_change" (
	"version" bigint NOT NULL,
	"code" text NOT NULL,
	"listed" boolean NOT NULL,
	CONSTRAINT "hit_index_change_version_code_pk" PRIMARY KEY("version","code")
);
--> statement-breakpoint
CREATE TABLE "hit_index_member" (
	"code" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "list_point" (
	"version" bigint PRIMARY KEY NOT NULL,
	"chain" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "list_version" ADD COLUMN "lineage" text DEFAULT gen_random_uuid()::text NOT NULL;--> statement-breakpoint
ALTER TABLE "list_version" ADD COLUMN "chain" text DEFAULT repeat('0', 64) NOT NULL;--> statement-breakpoint
ALTER TABLE "list_version" ADD COLUMN "deltas_since" bigint DEFAULT 0 NOT NULL;
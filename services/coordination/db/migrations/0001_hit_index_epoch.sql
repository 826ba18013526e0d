CREATE TABLE "hit_index_epoch" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"from" text NOT NULL,
	"position" integer NOT NULL
);

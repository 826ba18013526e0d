CREATE TABLE "coverage_statement" (
	"hash" text PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);

CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`token_id` integer NOT NULL,
	`by` text NOT NULL,
	`address` text,
	`request_id` text NOT NULL,
	`object_kind` text NOT NULL,
	`object_id` integer NOT NULL,
	`project_id` integer,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_by_request` ON `audit` (`request_id`,`object_kind`,`object_id`);--> statement-breakpoint
CREATE INDEX `audit_by_object` ON `audit` (`object_kind`,`object_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_by_token` ON `audit` (`token_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_by_project` ON `audit` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_by_action` ON `audit` (`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_by_age` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `former_secrets` (
	`digest` text PRIMARY KEY NOT NULL,
	`token_id` integer NOT NULL,
	`good_until` integer NOT NULL,
	FOREIGN KEY (`token_id`) REFERENCES `tokens`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `former_secrets_by_token` ON `former_secrets` (`token_id`);--> statement-breakpoint
ALTER TABLE `hosts` ADD `registered_by` integer;--> statement-breakpoint
ALTER TABLE `tokens` ADD `prefix` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `project_ids` text;--> statement-breakpoint
ALTER TABLE `tokens` ADD `host_id` integer REFERENCES hosts(id);--> statement-breakpoint
ALTER TABLE `tokens` ADD `register_only` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `created_by` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `tokens` ADD `rotation_key` text;--> statement-breakpoint
CREATE TRIGGER `audit_is_never_changed` BEFORE UPDATE ON `audit` BEGIN
	SELECT RAISE(ABORT, 'audit rows are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_is_kept_a_day` BEFORE DELETE ON `audit`
	WHEN OLD.`at` > (SELECT MAX(`at`) FROM `audit`) - 86400000 BEGIN
	SELECT RAISE(ABORT, 'audit rows are kept for a day at least');
END;

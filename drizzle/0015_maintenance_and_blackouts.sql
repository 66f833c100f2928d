CREATE TABLE `blackouts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`spans` text NOT NULL,
	`ends_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`settled_at` integer,
	`deleted_at` integer,
	`creation_key` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `blackouts_creation_key_unique` ON `blackouts` (`creation_key`);--> statement-breakpoint
CREATE INDEX `blackouts_by_project` ON `blackouts` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `blackouts_to_settle` ON `blackouts` (`id`) WHERE settled_at IS NULL AND deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `hosts` ADD `maintenance_at` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `maintenance_until` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `maintenance_by` text;--> statement-breakpoint
ALTER TABLE `hosts` ADD `maintenance_note` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `blackouts` text DEFAULT 'heed' NOT NULL;
ALTER TABLE `projects` ADD `deleted_at` integer;--> statement-breakpoint
ALTER TABLE `projects` ADD `removed_at` integer;--> statement-breakpoint
CREATE INDEX `projects_deleted` ON `projects` (`deleted_at`) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;--> statement-breakpoint
ALTER TABLE `schedules` ADD `parameters` text;--> statement-breakpoint
ALTER TABLE `site` ADD `swept_project_id` integer DEFAULT 0 NOT NULL;
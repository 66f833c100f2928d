ALTER TABLE `projects` ADD `sweep_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `projects_by_sweep` ON `projects` (`sweep_at`) WHERE deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `site` ADD `discounted_history_id` integer;
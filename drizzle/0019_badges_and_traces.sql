ALTER TABLE `jobs` ADD `trace_context` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `trace_context` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `badge_id` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `badge_label` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `badge_made_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_by_badge` ON `schedules` (`badge_id`) WHERE badge_id IS NOT NULL;
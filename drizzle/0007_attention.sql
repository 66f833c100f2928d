ALTER TABLE `jobs` ADD `doubted_at` integer;--> statement-breakpoint
ALTER TABLE `schedules` ADD `stale_minutes` integer DEFAULT 60 NOT NULL;
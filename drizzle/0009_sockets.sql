ALTER TABLE `hosts` ADD `connected_at` integer;--> statement-breakpoint
CREATE INDEX `hosts_connected` ON `hosts` (`id`) WHERE connected_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `offered_at` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `begun_at` integer;
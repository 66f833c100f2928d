ALTER TABLE `hosts` ADD `acknowledged_until` integer;--> statement-breakpoint
ALTER TABLE `hosts` ADD `acknowledged_by` text;--> statement-breakpoint
ALTER TABLE `outcomes` ADD `half_hours` text;--> statement-breakpoint
ALTER TABLE `schedules` ADD `acknowledged_until` integer;--> statement-breakpoint
ALTER TABLE `schedules` ADD `acknowledged_by` text;
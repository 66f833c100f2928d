ALTER TABLE `hosts` ADD `version` text;--> statement-breakpoint
ALTER TABLE `hosts` ADD `labels` text;--> statement-breakpoint
CREATE INDEX `schedules_of_project_by_name` ON `schedules` (`project_id`,"schedule_name" COLLATE NOCASE,`id`);--> statement-breakpoint
CREATE INDEX `schedules_by_name` ON `schedules` ("schedule_name" COLLATE NOCASE,`id`);
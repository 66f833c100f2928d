CREATE INDEX `agents_by_name` ON `agents` ("name" COLLATE NOCASE,`id`);--> statement-breakpoint
CREATE INDEX `schedules_by_name` ON `schedules` ("schedule_name" COLLATE NOCASE,`id`);
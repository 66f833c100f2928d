CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`webhook_id` integer NOT NULL,
	`project_id` integer NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`facts` text NOT NULL,
	`at` integer NOT NULL,
	`status` text DEFAULT 'waiting' NOT NULL,
	`due_at` integer NOT NULL,
	`dies_at` integer NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`body` text,
	`tried_at` integer,
	`answer_status` integer,
	`answer` text,
	`settled_at` integer,
	FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `deliveries_waiting` ON `webhook_deliveries` (`webhook_id`,`due_at`) WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX `deliveries_in_order` ON `webhook_deliveries` (`webhook_id`,`subject`,`id`) WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX `deliveries_by_webhook` ON `webhook_deliveries` (`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_dead` ON `webhook_deliveries` (`webhook_id`,`id`) WHERE status = 'dead';--> statement-breakpoint
CREATE INDEX `deliveries_by_age` ON `webhook_deliveries` (`settled_at`) WHERE settled_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`form` text NOT NULL,
	`target` text NOT NULL,
	`shown_target` text NOT NULL,
	`events` text NOT NULL,
	`secret` text,
	`former_secret` text,
	`former_until` integer,
	`credential` text,
	`credential_at` integer,
	`failing_since` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`held_until` integer DEFAULT 0 NOT NULL,
	`disabled_at` integer,
	`disabled_note` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`deleted_at` integer,
	`creation_key` text NOT NULL,
	`rotation_key` text,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_creation_key_unique` ON `webhooks` (`creation_key`);--> statement-breakpoint
CREATE INDEX `webhooks_by_project` ON `webhooks` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhooks_deleted` ON `webhooks` (`deleted_at`) WHERE deleted_at IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER `moves_of_jobs_are_told` AFTER INSERT ON `job_history`
	WHEN NEW.`to_status` IN ('RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')
		AND (NEW.`from_status` <> NEW.`to_status` OR NEW.`reason` = 'late')
		AND EXISTS (SELECT 1 FROM `webhooks`) BEGIN
	INSERT INTO `webhook_deliveries` (`webhook_id`, `project_id`, `event_id`, `type`, `subject`, `facts`, `at`, `due_at`, `dies_at`)
	SELECT w.`id`, w.`project_id`, lower(hex(randomblob(16))), e.`value`, 'job:' || NEW.`job_id`,
		json_object('from', NEW.`from_status`, 'to', NEW.`to_status`, 'attempt', NEW.`attempt`, 'by', NEW.`by`, 'reason', NEW.`reason`),
		NEW.`at`, NEW.`at`, NEW.`at` + 86400000
	FROM `jobs` j CROSS JOIN `webhooks` w ON w.`project_id` = j.`project_id` AND w.`deleted_at` IS NULL AND w.`disabled_at` IS NULL
		CROSS JOIN json_each(w.`events`) e
	WHERE j.`id` = NEW.`job_id` AND (
		e.`value` = CASE NEW.`to_status` WHEN 'RUNNING' THEN 'job.started' ELSE 'job.ended' END
		OR (e.`value` = 'schedule.missed' AND NEW.`to_status` = 'CANCELLED' AND NEW.`reason` = 'missed'));
END;
--> statement-breakpoint
CREATE TRIGGER `changes_of_presence_are_told` AFTER INSERT ON `presence_history`
	WHEN EXISTS (SELECT 1 FROM `webhooks`) BEGIN
	INSERT INTO `webhook_deliveries` (`webhook_id`, `project_id`, `event_id`, `type`, `subject`, `facts`, `at`, `due_at`, `dies_at`)
	SELECT w.`id`, w.`project_id`, lower(hex(randomblob(16))), e.`value`, 'host:' || NEW.`host_id`, '{}',
		NEW.`at`, NEW.`at`, NEW.`at` + 86400000
	FROM (SELECT DISTINCT `project_id` FROM `agents` WHERE `host_id` = NEW.`host_id` AND `deleted_at` IS NULL) a
		CROSS JOIN `webhooks` w ON w.`project_id` = a.`project_id` AND w.`deleted_at` IS NULL AND w.`disabled_at` IS NULL
		CROSS JOIN json_each(w.`events`) e
	WHERE e.`value` = CASE NEW.`presence` WHEN 'Online' THEN 'host.online' ELSE 'host.offline' END;
END;

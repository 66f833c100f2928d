ALTER TABLE `hosts` ADD `version` text;--> statement-breakpoint
ALTER TABLE `hosts` ADD `labels` text;--> statement-breakpoint
CREATE INDEX `agents_by_name` ON `agents` ("name" COLLATE NOCASE,`id`);--> statement-breakpoint
CREATE INDEX `jobs_ended_early` ON `jobs` (`status_changed_at`,`id`) WHERE status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND status_changed_at < scheduled_at;--> statement-breakpoint
CREATE INDEX `schedules_of_project_by_name` ON `schedules` (`project_id`,"schedule_name" COLLATE NOCASE,`id`);--> statement-breakpoint
CREATE INDEX `schedules_by_name` ON `schedules` ("schedule_name" COLLATE NOCASE,`id`);
--> statement-breakpoint
INSERT INTO `metrics` (`name`, `labels`, `value`) VALUES
	('hosts', 'Online', (SELECT COUNT(*) FROM `hosts` WHERE `presence` = 'Online' AND `retired_at` IS NULL)),
	('hosts', 'Offline', (SELECT COUNT(*) FROM `hosts` WHERE `presence` = 'Offline' AND `retired_at` IS NULL));
--> statement-breakpoint
CREATE TRIGGER `new_hosts_are_counted` AFTER INSERT ON `hosts`
	WHEN NEW.`retired_at` IS NULL
		AND NOT EXISTS (SELECT 1 FROM `restores` WHERE `finished_at` IS NULL) BEGIN
	UPDATE `metrics` SET `value` = `value` + 1 WHERE `name` = 'hosts' AND `labels` = NEW.`presence`;
END;
--> statement-breakpoint
CREATE TRIGGER `changes_of_hosts_are_counted` AFTER UPDATE OF `presence`, `retired_at` ON `hosts`
	WHEN (OLD.`presence` <> NEW.`presence` OR (OLD.`retired_at` IS NULL) <> (NEW.`retired_at` IS NULL))
		AND NOT EXISTS (SELECT 1 FROM `restores` WHERE `finished_at` IS NULL) BEGIN
	UPDATE `metrics` SET `value` = `value`
		+ (NEW.`retired_at` IS NULL AND `labels` = NEW.`presence`)
		- (OLD.`retired_at` IS NULL AND `labels` = OLD.`presence`)
	WHERE `name` = 'hosts' AND `labels` IN (
		iif(OLD.`retired_at` IS NULL, OLD.`presence`, NULL), iif(NEW.`retired_at` IS NULL, NEW.`presence`, NULL));
END;
--> statement-breakpoint
CREATE TRIGGER `removed_hosts_are_counted` AFTER DELETE ON `hosts`
	WHEN OLD.`retired_at` IS NULL
		AND NOT EXISTS (SELECT 1 FROM `restores` WHERE `finished_at` IS NULL) BEGIN
	UPDATE `metrics` SET `value` = `value` - 1 WHERE `name` = 'hosts' AND `labels` = OLD.`presence`;
END;
--> statement-breakpoint
CREATE TRIGGER `restored_hosts_are_counted` AFTER UPDATE OF `finished_at` ON `restores`
	WHEN OLD.`finished_at` IS NULL AND NEW.`finished_at` IS NOT NULL BEGIN
	UPDATE `metrics` SET `value` = (SELECT COUNT(*) FROM `hosts` WHERE `presence` = `metrics`.`labels` AND `retired_at` IS NULL)
	WHERE `name` = 'hosts';
END;

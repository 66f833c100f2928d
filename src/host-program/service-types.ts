import type * as z from "zod";
import type { agentInput } from "../agents/input.ts";
import type { agentShape } from "../agents/routes.ts";
import type { hostInput } from "../hosts/hosts.ts";
import type { hostShape } from "../hosts/wire.ts";
import type { leasedShape } from "../jobs/lease-wire.ts";
import type { leaseInput } from "../jobs/poll-input.ts";
import type { jobReadShape } from "../jobs/read-wire.ts";
import type { reportInput } from "../jobs/report-input.ts";
import type { renewedShape } from "../jobs/routes.ts";
import type { jobShape } from "../jobs/wire.ts";
import type { Shaped } from "../wire/lazy-shape.ts";
import type { hostMessage, ServiceMessage } from "../wire/socket-messages.ts";

/** Requests and responses, inferred from the service's own schemas. */
export type HostFacts = z.input<typeof hostInput>;
export type AnsweredHost = Shaped<typeof hostShape>;
export type AgentFacts = z.input<typeof agentInput>;
export type AnsweredAgent = Shaped<typeof agentShape>;
export type LeaseRequest = z.input<typeof leaseInput>;
export type Leased = Shaped<typeof leasedShape>[number];
export type Renewed = Shaped<typeof renewedShape>;
export type Report = z.input<typeof reportInput>;
export type Job = Shaped<typeof jobShape>;
export type JobRead = Shaped<typeof jobReadShape>;

/** Socket messages, from the host and to it. */
export type ToService = z.input<ReturnType<typeof hostMessage>>;
export type FromService = ServiceMessage;

import {
  type CopiedRows,
  type CopyPage,
  type CopyPlace,
  ObjectCopy,
  type RestoreReply,
} from "../database/object-copy.ts";
import { COPIED_HOST } from "./copied-host.ts";
import { LogObject } from "./log-object.ts";

/** The part of a host's object that is exported and restored. */
export abstract class CopyObject extends LogObject {
  readonly #copy = new ObjectCopy(this.ctx.storage.sql, COPIED_HOST);

  exportRows(place: CopyPlace | null, budget: number): CopyPage {
    return this.#copy.read(place, budget);
  }

  /** A run under a lease has as long as its lease lasts, from now on, until its host must be heard of. */
  restoreRows(mark: string, sections: CopiedRows[], now: number): RestoreReply {
    return this.#copy.transact(this.ctx.storage, () => {
      if (this.#copy.mark() !== mark) {
        if (this.leases.host()) return { outcome: "held" };
        this.#copy.setMark(mark);
      }
      this.#reload();
      this.#copy.write(sections);
      this.#reload();
      for (const lease of this.leases.leasesDue(Number.MAX_SAFE_INTEGER))
        this.leases.putLease({ ...lease, expiresAt: Math.max(lease.expiresAt, now + lease.leaseMs) });
      this.setAlarm();
      return { outcome: "taken" };
    });
  }

  #reload(): void {
    this.leases.reload();
    this.logs.create();
    this.reloadSigns();
  }
}

// What the disk says, as faults for people: which file, why, what to do.
import { Fault, errno, reason } from "../../../model/fault.ts";

/** Of a file that is to be sent. */
export function sourceFault(path: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  switch (errno(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new Fault("source-missing", `there is no file ${path}`, {
        values: { path },
        hint: "check the path",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new Fault("source-unreadable", `this user may not read ${path}`, {
        values: { path },
        hint: "check who may read it",
        cause: error,
      });
    case "EISDIR":
      return new Fault("source-kind", `${path} is a folder`, { values: { path }, hint: "send a file", cause: error });
    default:
      return new Fault("source-failed", `cannot read ${path}: ${reason(error)}`, { values: { path }, cause: error });
  }
}

/** Of a place where a file is to be written. */
export function targetFault(folder: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  switch (errno(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new Fault("target-full", `the disk of ${folder} is full`, {
        values: { path: folder },
        hint: "make room and save the file again",
        cause: error,
      });
    case "EFBIG":
      return new Fault("target-full", `the disk of ${folder} takes no file of this size`, {
        values: { path: folder },
        hint: "choose another place",
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new Fault("target-unwritable", `this user may not write to ${folder}`, {
        values: { path: folder },
        hint: "choose another place",
        cause: error,
      });
    case "ENOENT":
    case "ENOTDIR":
      return new Fault("target-gone", `the folder ${folder}, or the file that was being written in it, is gone`, {
        values: { path: folder },
        hint: "choose another place",
        cause: error,
      });
    default:
      return new Fault("target-failed", `cannot write to ${folder}: ${reason(error)}`, {
        values: { path: folder },
        cause: error,
      });
  }
}

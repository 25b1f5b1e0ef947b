/** How many bytes are a KiB, a MiB, a GiB? For limits that read as they are meant. */

/** 1,024 bytes. */
export const KiB = 1024;

/** 1,048,576 bytes. */
export const MiB: number = 1024 * KiB;

/** 1,073,741,824 bytes. */
export const GiB: number = 1024 * MiB;

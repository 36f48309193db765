/* A model for Tactus in a shared library: one entry point, which returns a struct of functions.
 *
 * What goes in and out is JSON, in the units of the protocol: seconds, bytes and cores.
 *
 * Memory. Each side frees its own and nothing else. What is passed in stays as it is until the function returns, and no
 * longer. What goes out is handed to `output.emit`, which copies it, in one piece or in several; what one side returns by
 * pointer (the struct, its texts) lasts as long as the process.
 *
 * Results. 0 is success, and what was emitted is the result. Anything else is a failure: what was emitted is dropped, and
 * what `output.fail` was told is the reason.
 *
 * Threads. `load`, `train` and `predict` may be called from several threads at once, `predict` with the same model too;
 * guard what they share. `release` is called once for each model, after the last `predict` of it has returned, on any
 * thread. `emit` and `fail` may only be called on the thread and during the call that they were handed to.
 *
 * A function that crashes takes its process with it. Libraries are first loaded, and versions first asked, in a process
 * of their own that may crash or hang; a crash in `predict` for a question that comes later ends the server. No exception
 * of C++ and no panic of Rust may leave a function. Nothing may be written to standard output, which belongs to the
 * program, and the constructor (if there is one) must return at once.
 */
#ifndef TACTUS_PLUGIN_H
#define TACTUS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of what stands below. A library of another version is refused. */
#define TACTUS_PLUGIN_ABI 1

/* Bytes that the callee reads and does not keep; `bytes` may be null where `count` is 0. They do not end in a NUL. */
typedef struct tactus_bytes {
    const uint8_t *bytes;
    size_t count;
} tactus_bytes;

/* Where results and reasons go. */
typedef struct tactus_output {
    /* Takes over a copy of `count` bytes, behind those before. Not 0 where they are too many: the function should end. */
    int32_t (*emit)(void *receiver, const void *bytes, size_t count);
    /* Takes a copy of the reason for a failure, in place of one before: a line of UTF-8 that ends in a NUL, 200 bytes at
     * the most, without secrets. It is logged, and shown to those who ask for forecasts. */
    void (*fail)(void *receiver, const char *reason);
    /* The first argument of both. */
    void *receiver;
} tactus_output;

/* What a library consists of. Fields are only ever added, at the end, and then the version stays. */
typedef struct tactus_plugin_functions {
    /* TACTUS_PLUGIN_ABI. It and the size are read first, and nothing else where they do not fit. */
    uint32_t abi;
    /* sizeof(tactus_plugin_functions) */
    uint32_t size;
    /* The kind of model, as in manifests and on the command line: [a-z0-9][a-z0-9-]{0,63}, of none that is built in. */
    const char *kind;
    /* What it is, in one line of UTF-8 of at most 200 bytes. */
    const char *summary;

    /* Makes a model of `weights`, which `train` emitted, and puts it into `*model`, which may stay null.
     *
     * Where it fails, `*model` is not looked at: it has let go of what it had made. Where it returns 0 although it
     * emitted more than 200 bytes, the weights are refused, and the model is handed to `release`.
     *
     * `manifest` is the version's manifest.json. While a model is trained it is no version yet, and has only `kind`: what
     * decides answers belongs to the weights. */
    int32_t (*load)(tactus_bytes weights, tactus_bytes manifest, void **model, tactus_output output);

    /* Forecasts what tasks will use.
     *
     * question: {"tasks": [T], "forecasts": [F]}, as many of one as of the other, in the same order.
     *     T = {"workflow", "process", "tool", "inputBytes", "cores", "memoryRequestBytes", "attempt", "run", "node",
     *          "submittedAt", "features": {name: number or text}}; only `process` and `attempt` are always there
     *     F = {"cpu": Q, "memory": Q, "duration": Q, "samples", "cold"}, what the statistics forecast,
     *         Q = {"unit", "p05", "p50", "p95", "allocation", "reason", ...}
     * answer: {"predictions": [P]}, one for each task,
     *     P = {"cpu": {"p05", "p50", "p95"}, "memory": ..., "duration": ...}; a target that is left out stays as the
     *         statistics forecast it
     * Numbers must be finite and 0 < p05 <= p50 <= p95: else the statistics answer, and say why.
     *
     * The answer for a task is a function of the model, the task and its forecast alone: not of the time, of chance, or
     * of the tasks beside it. Published versions are asked again whether they answer as they did, bit by bit. */
    int32_t (*predict)(void *model, tactus_bytes question, tactus_output output);

    /* Learns from `executions` and emits weights; null where the library cannot train.
     *
     * executions: one JSON object a line, those that ended well, in the order of the history,
     *     E = T + {"taskId", "sample", "startedAt", "completedAt", "cpu", "memory", "duration", "exit", "status"}; only
     *         `process`, `attempt`, `taskId`, `status` and a positive `duration` are always there
     * The weights are a function of the executions and the seed alone. */
    int32_t (*train)(tactus_bytes executions, uint64_t seed, tactus_output output);

    /* Lets go of a model that `load` made: once for each `load` that returned 0, with null where that left `*model` null. */
    void (*release)(void *model);
} tactus_plugin_functions;

#if defined(__GNUC__)
#define TACTUS_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define TACTUS_PLUGIN_EXPORT
#endif

/* The entry point, which the library defines. It is called once. */
TACTUS_PLUGIN_EXPORT const tactus_plugin_functions *tactus_plugin(void);

#ifdef __cplusplus
}
#endif

#endif

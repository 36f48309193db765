import Files
import Foundation
import ModelFixtures
import Models
import TestSupport

/// Builds shared libraries for tests.
enum PluginBuild {
    /// The example of the repository, built in `folder` by its own Makefile; its path.
    static func example(in folder: TemporaryFolder) throws -> String {
        let own = repository + "/integrations/plugin-example/"
        for file in ["nearest.c", "Makefile"] {
            try folder.write(Data(contentsOf: URL(fileURLWithPath: own + file)), to: "example/\(file)")
        }
        let built = try run("/usr/bin/make", ["-C", folder("example"), "TACTUS=\(repository)"])
        guard built.status == 0 else { throw InputError(built.output + built.errors) }
        return folder("example/libnearest.so")
    }

    /// A library with one `fault`, a macro of ``source``; its path.
    static func faulty(_ fault: String = "NONE", kind: String = "faulty", in folder: TemporaryFolder) throws -> String {
        let (source, library) = (try folder.write(source, to: "faulty.c"), folder("lib\(kind)-\(fault).so"))
        let built = try run(
            "/usr/bin/cc",
            [
                "-std=gnu11", "-fPIC", "-shared", "-Wall", "-Werror", "-I\(repository)/Sources/CPlugin", "-D\(fault)",
                "-DKIND=\"\(kind)\"", "-o", library, source,
            ])
        guard built.status == 0 else { throw InputError(built.errors) }
        return library
    }

    /// A plugin that does as it is told: when it is built, by its weights when it is loaded, and by the question. A
    /// version keeps a list of what is done with it in the file whose path stands in its weights behind a space.
    private static let source = #"""
        #define _GNU_SOURCE
        #include "tactus_plugin.h"
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        #if defined(CONSTRUCTOR_CRASHES)
        #define BODY abort()
        #elif defined(CONSTRUCTOR_HANGS)
        #define BODY for (;;) pause()
        #elif defined(CONSTRUCTOR_PRINTS)
        #define BODY printf("loaded\n")
        #elif defined(CONSTRUCTOR_FLOODS)
        #define BODY for (;;) printf("loaded\n")
        #elif defined(CONSTRUCTOR_EXITS)
        #define BODY _exit(0)
        #else
        #define BODY
        #endif
        __attribute__((constructor)) static void construct(void) { BODY; }
        #ifdef DESTRUCTOR_CRASHES
        __attribute__((destructor)) static void destruct(void) { abort(); }
        #endif

        /// What is taken down while it is at work crashes, as libraries of linear algebra do.
        static volatile int is_hanging;
        __attribute__((destructor)) static void end(void) { if (is_hanging) abort(); }

        static void note(const char *path, const char *what) {
            FILE *file = *path ? fopen(path, "a") : NULL;
            if (!file) return;
            fprintf(file, "%d %s\n", (int)getpid(), what);
            fclose(file);
        }

        static int32_t load(tactus_bytes weights, tactus_bytes manifest, void **model, tactus_output output) {
            if (memmem(weights.bytes, weights.count, "crash", 5)) abort();
            if (memmem(weights.bytes, weights.count, "hang", 4)) for (;;) pause();
            if (memmem(weights.bytes, weights.count, "fail", 4)) {
                output.fail(output.receiver, "no\x1b such weights\nand more");
                return 3;
            }
            if (!memmem(manifest.bytes, manifest.count, "\"kind\":\"" KIND "\"", 9 + strlen(KIND))) {
                output.fail(output.receiver, "no manifest");
                return 4;
            }
            char *text = strndup((const char *)weights.bytes, weights.count), *space = strchr(text, ' ');
            *model = strdup(space ? space + 1 : "");
            free(text);
            note(*model, "load");
            if (memmem(weights.bytes, weights.count, "babble", 6))
                for (int i = 0; i < 21; i++) output.emit(output.receiver, "0123456789", 10);
            return 0;
        }

        static int asks(tactus_bytes question, const char *what) {
            return memmem(question.bytes, question.count, what, strlen(what)) != NULL;
        }

        static int32_t emit(tactus_output output, const char *text) {
            return output.emit(output.receiver, text, strlen(text));
        }

        static int32_t predict(void *model, tactus_bytes question, tactus_output output) {
            if (asks(question, "trap-fail")) {
                emit(output, "dropped");
                output.fail(output.receiver, "out of ideas");
                return 1;
            }
            if (asks(question, "trap-hang")) for (is_hanging = 1;;) pause();
            if (asks(question, "trap-crash")) abort();
            if (asks(question, "trap-rubbish")) return emit(output, "{\"predictions\":[{");
            if (asks(question, "trap-nothing")) return 0;
            if (asks(question, "trap-flood")) { while (!emit(output, "          ")) {} return 0; }
            emit(output, "{\"predictions\":[");
            const char *at = (const char *)question.bytes, *end = at + question.count;
            const char *answer = "{\"duration\":{\"p05\":1,\"p50\":2.5,\"p95\":3}}";
            if (asks(question, "trap-nan")) answer = "{\"duration\":{\"p05\":1,\"p50\":NaN,\"p95\":3}}";
            if (asks(question, "trap-huge")) answer = "{\"duration\":{\"p05\":1,\"p50\":2,\"p95\":1e999}}";
            if (asks(question, "trap-order")) answer = "{\"duration\":{\"p05\":1,\"p50\":4,\"p95\":3}}";
            if (asks(question, "trap-zero")) answer = "{\"memory\":{\"p05\":0,\"p50\":4,\"p95\":5}}";
            if (asks(question, "trap-missing")) answer = "{\"cpu\":{\"p05\":1,\"p50\":4}}";
            if (asks(question, "trap-many")) emit(output, "{},");
            for (int count = 0; (at = memmem(at, end - at, "\"process\":", 10)); at++, count++) {
                if (count) emit(output, ",");
                emit(output, answer);
            }
            return emit(output, "]}");
        }

        static int32_t train(tactus_bytes executions, uint64_t seed, tactus_output output) {
            if (seed == 13) {
                output.fail(output.receiver, "an unlucky seed");
                return 1;
            }
            return emit(output, "sound");
        }

        static void release(void *model) {
            note(model, "release");
            free(model);
        }

        static const tactus_plugin_functions functions = {
        #if defined(OTHER_ABI)
            .abi = 7, .size = 8, .kind = (const char *)1, .summary = (const char *)1,
        #elif defined(SMALL)
            .abi = TACTUS_PLUGIN_ABI, .size = 16, .kind = (const char *)1, .summary = (const char *)1,
        #else
            .abi = TACTUS_PLUGIN_ABI, .size = sizeof(tactus_plugin_functions), .kind = KIND,
            .summary = "does as it is told",
        #endif
            .load = load, .release = release,
        #ifndef LACKS_PREDICT
            .predict = predict,
        #endif
        #ifndef LACKS_TRAIN
            .train = train,
        #endif
        };

        #if defined(RETURNS_NOTHING)
        const tactus_plugin_functions *tactus_plugin(void) { return functions.abi ? NULL : &functions; }
        #elif defined(NO_ENTRY)
        const void *another(void) { (void)predict; (void)train; return &functions; }
        #else
        const tactus_plugin_functions *tactus_plugin(void) { (void)predict; (void)train; return &functions; }
        #endif
        """#
}

extension TestRegistry {
    /// Lets the weights of `version`, which a faulty plugin made, be `text`.
    func rewritePlugin(_ version: Int, _ text: String) throws {
        try rewrite(version) { $0.set("plugin.weights", text: text) }
    }
}

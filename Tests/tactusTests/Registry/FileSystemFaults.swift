import Files
import Foundation
import TestSupport

/// Lets a program die, by `SIGKILL`, at a step that it takes in the file system below a folder.
///
/// Steps are calls of the system that change something: making a file or a folder, a write, a sync, a cut, a rename, a
/// removal. They are counted from outside, by a library that the program is started with, so that the program has no part
/// in it and no step can be forgotten.
struct FileSystemFaults {
    /// What happens at the step.
    enum Fault: String {
        /// It dies before the step.
        case before
        /// Of a write, the first half is written, then it dies.
        case half
    }

    /// One step.
    struct Step: Hashable {
        /// `create`, `write`, `sync`, `cut`, `rename`, `mkdir`, `unlink` or `rmdir`.
        var kind: String
        var path: String
        /// Where a rename goes.
        var target: String?
    }

    /// The folder below which steps count.
    let folder: String

    /// Runs `tactus` with `arguments` to its end; what it printed, and its steps.
    func record(_ arguments: [String]) throws -> (result: ProgramResult, steps: [Step]) {
        try TemporaryFolder.with { trace in
            let path = try trace.write("", to: "trace")
            let result = try run(
                program, arguments, environment: environment.merging(["FAULT_TRACE": path]) { $1 })
            let steps = try readText(of: path).split(separator: "\n").map { line in
                let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                return Step(kind: parts[0], path: parts[1], target: parts.count > 2 ? parts[2] : nil)
            }
            return (result, steps)
        }
    }

    /// Runs `tactus` with `arguments`, and lets it die at the step `number`, from 1; whether it did.
    func kill(_ arguments: [String], at number: Int, _ fault: Fault) throws -> Bool {
        let result = try run(
            program, arguments,
            environment: environment.merging(["FAULT_AT": "\(number)", "FAULT_KIND": fault.rawValue]) { $1 })
        return result.status == SIGKILL
    }

    private var environment: [String: String] {
        ["LD_PRELOAD": Self.library ?? "", "FAULT_FOLDER": folder]
    }

    /// The library, built once by the compiler that comes with Swift's; nil where there is none.
    static let library: String? = {
        let folder = NSTemporaryDirectory() + "tactus-faults-\(ProcessInfo.processInfo.processIdentifier)"
        let (code, library) = (folder + "/faults.c", folder + "/faults.so")
        guard (try? makeFolder(folder)) != nil, (try? writeAtomically(source, to: code)) != nil,
            let built = try? run(
                "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, code, "-ldl"]),
            built.status == 0
        else { return nil }
        return library
    }()

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <unistd.h>

        #define REAL(result, name, ...) \\
            static result (*real)(__VA_ARGS__); \\
            if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

        static char *paths[4096];
        static int steps;

        static int counts(const char *path) {
            const char *folder = getenv("FAULT_FOLDER");
            return path && folder && strncmp(path, folder, strlen(folder)) == 0;
        }

        // Counts a step; dies before it where that is wanted. 1 where half of it is to be done.
        static int step(const char *kind, const char *path, const char *target) {
            steps++;
            const char *trace = getenv("FAULT_TRACE"), *at = getenv("FAULT_AT"), *fault = getenv("FAULT_KIND");
            if (trace) {
                FILE *file = fopen(trace, "a");
                fprintf(file, target ? "%s\\t%s\\t%s\\n" : "%s\\t%s\\n", kind, path, target);
                fclose(file);
            }
            if (!at || atoi(at) != steps) return 0;
            if (fault && strcmp(fault, "half") == 0) return 1;
            kill(getpid(), SIGKILL);
            return 0;
        }

        static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
            struct stat status;
            if (counts(path) && flags & O_CREAT && lstat(path, &status) != 0) step("create", path, NULL);
            int descriptor = real(path, flags, mode);
            if (descriptor >= 0 && descriptor < 4096) {
                free(paths[descriptor]);
                paths[descriptor] = counts(path) ? strdup(path) : NULL;
            }
            return descriptor;
        }

        #define OPEN(name) \\
            int name(const char *path, int flags, ...) { \\
                REAL(int, #name, const char *, int, ...); \\
                va_list arguments; \\
                va_start(arguments, flags); \\
                mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0; \\
                va_end(arguments); \\
                return opened(real, path, flags, mode); \\
            }
        OPEN(open)
        OPEN(open64)

        static const char *path_of(int descriptor) {
            return descriptor >= 0 && descriptor < 4096 ? paths[descriptor] : NULL;
        }

        int close(int descriptor) {
            REAL(int, "close", int);
            if (path_of(descriptor)) { free(paths[descriptor]); paths[descriptor] = NULL; }
            return real(descriptor);
        }

        ssize_t write(int descriptor, const void *bytes, size_t count) {
            REAL(ssize_t, "write", int, const void *, size_t);
            if (path_of(descriptor) && step("write", path_of(descriptor), NULL)) {
                real(descriptor, bytes, count / 2);
                kill(getpid(), SIGKILL);
            }
            return real(descriptor, bytes, count);
        }

        int fsync(int descriptor) {
            REAL(int, "fsync", int);
            if (path_of(descriptor)) step("sync", path_of(descriptor), NULL);
            return real(descriptor);
        }

        int fdatasync(int descriptor) {
            REAL(int, "fdatasync", int);
            if (path_of(descriptor)) step("sync", path_of(descriptor), NULL);
            return real(descriptor);
        }

        int ftruncate(int descriptor, off_t size) {
            REAL(int, "ftruncate", int, off_t);
            if (path_of(descriptor)) step("cut", path_of(descriptor), NULL);
            return real(descriptor, size);
        }

        int rename(const char *path, const char *target) {
            REAL(int, "rename", const char *, const char *);
            if (counts(path) || counts(target)) step("rename", path, target);
            return real(path, target);
        }

        int mkdir(const char *path, mode_t mode) {
            REAL(int, "mkdir", const char *, mode_t);
            struct stat status;
            if (counts(path) && lstat(path, &status) != 0) step("mkdir", path, NULL);
            return real(path, mode);
        }

        int unlink(const char *path) {
            REAL(int, "unlink", const char *);
            if (counts(path)) step("unlink", path, NULL);
            return real(path);
        }

        int rmdir(const char *path) {
            REAL(int, "rmdir", const char *);
            if (counts(path)) step("rmdir", path, NULL);
            return real(path);
        }
        """
}

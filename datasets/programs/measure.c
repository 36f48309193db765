/* measure: runs a command and says what it used.
 *
 *     measure REPORT COMMAND [ARGUMENT ...]
 *
 * Writes one line to the file REPORT: start and end (Unix seconds), wall seconds, user and system seconds, peak
 * resident bytes, exit status (128 + signal if it was killed). The figures are the kernel's, by wait4.
 *
 * It is a small program of its own because a child starts with the peak of the process that it was forked from: forked
 * straight from an interpreter, every command would seem to need at least the interpreter's memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double of(struct timeval time) { return time.tv_sec + time.tv_usec * 1e-6; }

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: measure REPORT COMMAND [ARGUMENT ...]\n");
        return 2;
    }
    double start = seconds(CLOCK_REALTIME), began = seconds(CLOCK_MONOTONIC);
    pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    int status;
    struct rusage used;
    if (wait4(child, &status, 0, &used) != child) return 2;
    double wall = seconds(CLOCK_MONOTONIC) - began;
    FILE *report = fopen(arguments[1], "w");
    if (!report) return 2;
    fprintf(report, "%.6f %.6f %.6f %.6f %ld %d\n", start, start + wall, wall, of(used.ru_utime) + of(used.ru_stime),
            used.ru_maxrss * 1024L, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(report) == 0 ? 0 : 2;
}

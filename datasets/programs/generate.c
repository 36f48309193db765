/* generate: writes lines of random words, or a matrix.
 *
 *     generate words SEED LINES OUTPUT
 *     generate matrix SEED ORDER OUTPUT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    state = strtoull(arguments[2], NULL, 10);
    long size = atol(arguments[3]);
    FILE *output = fopen(arguments[4], "wb");
    if (!output) return 1;
    if (!strcmp(arguments[1], "matrix")) {
        for (long i = 0; i < size * size; i++) {
            double value = (double)(next() >> 11) / 9007199254740992.0 - 0.5;
            fwrite(&value, sizeof value, 1, output);
        }
    } else {
        for (long line = 0; line < size; line++) {
            /* Squaring makes some words common, as in a text. */
            unsigned long r = next() % 4096;
            fprintf(output, "%08lx word%lu %lu\n", (unsigned long)(next() & 0xFFFFFFFF), r * r / 4096,
                    (unsigned long)(next() % 100000));
        }
    }
    return fclose(output) == 0 ? 0 : 1;
}

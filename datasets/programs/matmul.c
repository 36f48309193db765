/* matmul: multiplies a square matrix by itself.
 *
 *     matmul MATRIX PRODUCT
 *
 * MATRIX holds n * n doubles, row after row; n follows from its size. The product is written in the same form.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { block = 48 };

int main(int count, char **arguments) {
    if (count != 3) return 2;
    FILE *input = fopen(arguments[1], "rb");
    if (!input || fseek(input, 0, SEEK_END)) return 1;
    long n = (long)sqrt(ftell(input) / sizeof(double));
    rewind(input);
    double *a = malloc(n * n * sizeof *a), *c = calloc(n * n, sizeof *c);
    if (!a || !c || fread(a, sizeof *a, n * n, input) != (size_t)(n * n)) return 1;
    for (long from = 0; from < n; from += block)
        for (long i = 0; i < n; i++)
            for (long k = from; k < from + block && k < n; k++)
                for (long j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * a[k * n + j];
    FILE *output = fopen(arguments[2], "wb");
    if (!output || fwrite(c, sizeof *c, n * n, output) != (size_t)(n * n) || fclose(output)) return 1;
    return 0;
}

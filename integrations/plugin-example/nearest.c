/* A model for Tactus in one file of C: the executions whose input was nearest in size, among those of the task's type.
 *
 * For each target it answers with the mean, between the lowest and the highest, of the NEIGHBOURS executions whose
 * ln(1 + input bytes) is nearest, and leaves to the statistics what it has too few executions of. It is an example of how
 * a plugin is written, not a better forecast. What it keeps ("weights") are the lines of a table, so it needs no library:
 *
 *     nearest 1
 *     cpu|memory|duration <TAB> ln(1 + input bytes) <TAB> value <TAB> task type, as JSON texts
 */
#include "tactus_plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 5, TARGETS = 3 };

static const char *const target_names[TARGETS] = {"cpu", "memory", "duration"};

/* ---- what is emitted ---- */

/* Emits a text; 0, or not 0 where no more is taken. */
static int32_t emit(tactus_output output, const char *text) {
    return output.emit(output.receiver, text, strlen(text));
}

static int32_t fail(tactus_output output, const char *reason) {
    output.fail(output.receiver, reason);
    return 1;
}

/* ---- JSON, as far as it is needed here: what comes in is known to be sound ---- */

/* A place in a document, which ends at `end`. */
typedef struct {
    const char *at;
    const char *end;
} place;

static void skip_space(place *json) {
    while (json->at < json->end && strchr(" \t\r\n", *json->at)) json->at++;
}

/* Moves behind the text that begins here. */
static void skip_text(place *json) {
    json->at++;
    while (json->at < json->end && *json->at != '"') json->at += *json->at == '\\' ? 2 : 1;
    json->at++;
}

/* Moves behind the value that begins here. */
static void skip_value(place *json) {
    int depth = 0;
    do {
        skip_space(json);
        if (json->at >= json->end) return;
        if (*json->at == '"') {
            skip_text(json);
        } else if (strchr("{[", *json->at)) {
            depth++;
            json->at++;
        } else if (strchr("}]", *json->at)) {
            depth--;
            json->at++;
        } else if (strchr(",:", *json->at)) {
            json->at++;
        } else {
            while (json->at < json->end && !strchr(",]} \t\r\n", *json->at)) json->at++;
        }
        skip_space(json);
    } while (depth > 0 && json->at < json->end);
}

/* The value of the member `name` of the object that begins here; nothing where there is none. */
static place member(place json, const char *name) {
    const place nothing = {NULL, NULL};
    if (!json.at || json.at >= json.end || *json.at != '{') return nothing;
    json.at++;
    for (;;) {
        skip_space(&json);
        if (json.at >= json.end || *json.at != '"') return nothing;
        const char *key = json.at + 1;
        skip_text(&json);
        const size_t length = (size_t)(json.at - 1 - key);
        skip_space(&json);
        json.at++; /* the colon */
        skip_space(&json);
        place value = json;
        skip_value(&json);
        value.end = json.at;
        while (value.end > value.at && strchr(" \t\r\n", value.end[-1])) value.end--;
        if (length == strlen(name) && memcmp(key, name, length) == 0) return value;
        if (json.at < json.end && *json.at == ',') json.at++;
    }
}

/* The number that a place holds; `otherwise` where it holds none. */
static double number(place json, double otherwise) {
    char digits[64];
    const size_t length = json.at ? (size_t)(json.end - json.at) : 0;
    if (length == 0 || length >= sizeof digits || strchr("\"{[tfn", *json.at)) return otherwise;
    memcpy(digits, json.at, length);
    digits[length] = 0;
    return strtod(digits, NULL);
}

/* The task type: the texts of workflow and process as they stand in the document; to be freed. */
static char *type_of(place task) {
    const place workflow = member(task, "workflow"), process = member(task, "process");
    const size_t first = workflow.at ? (size_t)(workflow.end - workflow.at) : 0;
    const size_t second = process.at ? (size_t)(process.end - process.at) : 0;
    char *type = malloc(first + second + 2);
    if (!type) return NULL;
    if (first) memcpy(type, workflow.at, first);
    type[first] = ':';
    if (second) memcpy(type + first + 1, process.at, second);
    type[first + second + 1] = 0;
    return type;
}

static double size_of(place task) { return log1p(number(member(task, "inputBytes"), 0)); }

/* ---- training ---- */

static int32_t train(tactus_bytes executions, uint64_t seed, tactus_output output) {
    (void)seed; /* nothing here is random */
    if (emit(output, "nearest 1\n")) return fail(output, "no room for the weights");
    const char *at = (const char *)executions.bytes, *end = at + executions.count;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const place line = {at, newline ? newline : end};
        at = line.end + 1;
        char *type = type_of(line);
        if (!type) return fail(output, "no memory left");
        for (int target = 0; target < TARGETS; target++) {
            const double value = number(member(line, target_names[target]), 0);
            if (!(value > 0)) continue;
            char numbers[128];
            snprintf(
                numbers, sizeof numbers, "%s\t%.17g\t%.17g\t", target_names[target], size_of(line), value);
            if (emit(output, numbers) || emit(output, type) || emit(output, "\n")) {
                free(type);
                return fail(output, "no room for the weights");
            }
        }
        free(type);
    }
    return 0;
}

/* ---- a model ---- */

typedef struct {
    int target;
    double size;
    double value;
    const char *type;
} sample;

typedef struct {
    char *text; /* the weights; types point into it */
    sample *samples;
    size_t count;
} model;

static void release(void *released) {
    model *own = released;
    if (!own) return;
    free(own->samples);
    free(own->text);
    free(own);
}

/* Reads one line of the weights; 0 where it is none. */
static int read_sample(char *line, sample *read) {
    char *size = strchr(line, '\t');
    char *value = size ? strchr(size + 1, '\t') : NULL;
    char *type = value ? strchr(value + 1, '\t') : NULL;
    if (!type) return 0;
    *size = *value = *type = 0;
    read->target = -1;
    for (int target = 0; target < TARGETS; target++)
        if (strcmp(line, target_names[target]) == 0) read->target = target;
    read->size = strtod(size + 1, NULL);
    read->value = strtod(value + 1, NULL);
    read->type = type + 1;
    return read->target >= 0 && isfinite(read->size) && isfinite(read->value) && read->value > 0;
}

static int32_t load(tactus_bytes weights, tactus_bytes manifest, void **loaded, tactus_output output) {
    (void)manifest; /* all that decides answers is in the weights */
    static const char heading[] = "nearest 1\n";
    const size_t length = sizeof heading - 1;
    if (weights.count < length || memcmp(weights.bytes, heading, length) != 0)
        return fail(output, "the weights are none of this model");
    model *own = calloc(1, sizeof *own);
    if (!own || !(own->text = malloc(weights.count + 1))) {
        release(own);
        return fail(output, "no memory left");
    }
    memcpy(own->text, weights.bytes, weights.count);
    own->text[weights.count] = 0;
    size_t lines = 0;
    for (size_t byte = 0; byte < weights.count; byte++) lines += own->text[byte] == '\n';
    own->samples = malloc(lines * sizeof *own->samples);
    if (!own->samples) {
        release(own);
        return fail(output, "no memory left");
    }
    for (char *line = own->text + length, *newline; (newline = strchr(line, '\n')); line = newline + 1) {
        *newline = 0;
        if (!read_sample(line, &own->samples[own->count++])) {
            release(own);
            return fail(output, "the weights hold a line that is no execution");
        }
    }
    *loaded = own;
    return 0;
}

/* ---- answers ---- */

/* The values of the nearest executions; how many there are, NEIGHBOURS at the most. Of two that are as near, the earlier
 * one is taken, so that the answer is the same each time. */
static int nearest(const model *own, const char *type, int target, double size, double values[NEIGHBOURS]) {
    double distances[NEIGHBOURS];
    int count = 0;
    for (size_t place = 0; place < own->count; place++) {
        const sample *known = &own->samples[place];
        if (known->target != target || strcmp(known->type, type) != 0) continue;
        const double distance = fabs(known->size - size);
        int rank = count;
        while (rank > 0 && distances[rank - 1] > distance) rank--;
        if (rank == NEIGHBOURS) continue;
        if (count < NEIGHBOURS) count++;
        for (int later = count - 1; later > rank; later--) {
            distances[later] = distances[later - 1];
            values[later] = values[later - 1];
        }
        distances[rank] = distance;
        values[rank] = known->value;
    }
    return count;
}

/* Emits what is said of one task. */
static int32_t answer(const model *own, place task, tactus_output output) {
    char *type = type_of(task);
    if (!type) return fail(output, "no memory left");
    const char *comma = "";
    int32_t full = emit(output, "{");
    for (int target = 0; target < TARGETS && !full; target++) {
        double values[NEIGHBOURS];
        if (nearest(own, type, target, size_of(task), values) < NEIGHBOURS) continue;
        double least = values[0], most = values[0], sum = 0;
        for (int place = 0; place < NEIGHBOURS; place++) {
            least = fmin(least, values[place]);
            most = fmax(most, values[place]);
            sum += values[place];
        }
        /* Rounding must not put the mean of equal values beside them. */
        const double mean = fmin(fmax(sum / NEIGHBOURS, least), most);
        char text[256];
        snprintf(
            text, sizeof text, "%s\"%s\":{\"p05\":%.17g,\"p50\":%.17g,\"p95\":%.17g}", comma, target_names[target],
            least, mean, most);
        full = emit(output, text);
        comma = ",";
    }
    free(type);
    return full || emit(output, "}");
}

static int32_t predict(void *asked, tactus_bytes question, tactus_output output) {
    const place document = {(const char *)question.bytes, (const char *)question.bytes + question.count};
    place tasks = member(document, "tasks");
    if (!tasks.at || *tasks.at != '[') return fail(output, "the question holds no tasks");
    if (emit(output, "{\"predictions\":[")) return 1;
    tasks.at++;
    const char *comma = "";
    for (;;) {
        skip_space(&tasks);
        if (tasks.at >= tasks.end || *tasks.at == ']') break;
        place task = tasks;
        skip_value(&tasks);
        task.end = tasks.at;
        if (emit(output, comma) || answer(asked, task, output)) return 1;
        comma = ",";
        if (tasks.at < tasks.end && *tasks.at == ',') tasks.at++;
    }
    return emit(output, "]}");
}

static const tactus_plugin_functions functions = {
    .abi = TACTUS_PLUGIN_ABI,
    .size = sizeof functions,
    .kind = "nearest",
    .summary = "the executions of the type whose input was nearest in size",
    .load = load,
    .predict = predict,
    .train = train,
    .release = release,
};

const tactus_plugin_functions *tactus_plugin(void) { return &functions; }

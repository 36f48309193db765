import Glibc

/// How many times longer work takes in this build than in one without a sanitizer, about: limits within which something must come to
/// its end grow by it.
public let slowness: Double =
    [("__tsan_init", 8.0), ("__asan_init", 3)].first { unsafe dlsym(nil, $0.0) != nil }?.1 ?? 1

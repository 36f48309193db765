import COpenBLAS

/// Products of vectors and matrices in single precision, row-major, by OpenBLAS on one thread.
///
/// One thread is the faster choice for the small matrices of this package, and it makes sums come in the same order
/// each time, so that the same input gives the same bits.
public enum BLAS {
    /// Settings of the process that hold from the first call on.
    static let start: Void = {
        openblas_set_num_threads(1)
        // A training step allocates and frees the same few megabytes over and over. By default glibc hands them back
        // to the kernel each time, and each step pays for the page faults again.
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 512 << 20)
        mallopt(M_TOP_PAD, 16 << 20)
    }()

    /// Whether OpenBLAS has kernels of its own for products of small matrices here, as it has for AVX-512 (0.3.17 on).
    ///
    /// They do a row times a stored transpose in three quarters of the time of `gemv`; elsewhere `gemm` takes several
    /// times as long for it.
    static let hasSmallKernels = ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(coreName)

    /// The name of the kernels that OpenBLAS chose for this processor, such as `SkylakeX`.
    public static var coreName: String {
        guard let name = unsafe openblas_get_corename() else { return "unknown" }
        return unsafe String(cString: name)
    }
}

import Testing

@testable import Registry

/// A file with holes may claim to be as long as a number can say, and several of them longer.
@Test func sizesThatClaimMoreThanCanBeCountedAreNoEnd() {
    #expect(clampedSum([]) == 0 && clampedSum([1, 2, 3]) == 6)
    #expect(clampedSum([1 << 62, 1 << 62]) == Int.max && clampedSum([1 << 62, 1 << 62, 5]) == Int.max)
}

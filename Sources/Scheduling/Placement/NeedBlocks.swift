/// Needs in blocks of such as are alike, so that what all of a block have in common is asked once.
enum NeedBlocks {
    /// The places of `needs`, so arranged that each `size` that follow one another ask for like cores and like memory:
    /// strips of like cores, in which like memory lies side by side. About as many strips as blocks in a strip.
    static func arranged(_ needs: [PlacementRoom.Need], size: Int) -> [Int] {
        var places = needs.indices.sorted {
            needs[$0].cores != needs[$1].cores ? needs[$0].cores < needs[$1].cores : $0 < $1
        }
        let strip = (Int(Double(needs.count * size).squareRoot()) / size + 1) * size
        for start in stride(from: 0, to: places.count, by: strip) {
            places[start..<min(start + strip, places.count)].sort {
                needs[$0].memory != needs[$1].memory ? needs[$0].memory < needs[$1].memory : $0 < $1
            }
        }
        return places
    }
}

/// What is free of a node over time: segments, each from its moment to the next one's.
struct RoomProfile {
    private(set) var times: [Double]
    private var cores: [Double]
    private var memory: [Double]
    private let hasMemory: Bool
    private(set) var count = 0

    /// Where a task fits: from `start`, which lies in the segment `place`, to before the segment `end`.
    struct Fit {
        var place: Int
        var start: Double
        var end: Int
    }

    /// A profile with room for the starts and ends of `taskCount` tasks.
    init(taskCount: Int, hasMemory: Bool) {
        times = [Double](repeating: 0, count: 2 * taskCount + 2)
        cores = times
        memory = hasMemory ? times : []
        self.hasMemory = hasMemory
    }

    /// The last segment, of which all is free that will not be held from its moment on.
    var last: Double { times[count - 1] }

    /// One segment from 0 on.
    mutating func clear(cores: Double, memory: Double) {
        count = 1
        times[0] = 0
        self.cores[0] = cores
        if hasMemory { self.memory[0] = memory }
    }

    /// More is free from `moment` on, which no segment is behind.
    mutating func release(cores: Double, memory: Double, at moment: Double) {
        if moment > last {
            times[count] = moment
            self.cores[count] = self.cores[count - 1]
            if hasMemory { self.memory[count] = self.memory[count - 1] }
            count += 1
        }
        self.cores[count - 1] += cores
        if hasMemory { self.memory[count - 1] += memory }
    }

    /// All is free from the last segment on.
    mutating func releaseAll(cores: Double, memory: Double) {
        self.cores[count - 1] = cores
        if hasMemory { self.memory[count - 1] = memory }
    }

    /// The segment of `moment`, not before `floor`.
    func segment(of moment: Double, from floor: Int) -> Int {
        let times = times.span
        var (low, high) = (floor, count)
        while high &- low > 1 {
            let middle = (low &+ high) / 2
            if times[middle] <= moment { low = middle } else { high = middle }
        }
        return low
    }

    /// The first moment from `start` on, which lies in the segment `place`, from which on so much is free for `duration`; nil
    /// where that is behind the last segment's moment. In the last segment, nothing is held later than now.
    func fit(_ demand: Double, _ memoryDemand: Double, for duration: Double, from start: Double, in place: Int) -> Fit?
    {
        let times = self.times.span
        let cores = self.cores.span
        let memory = self.memory.span
        var (place, start) = (place, start)
        while true {
            while cores[place] < demand || (hasMemory && memory[place] < memoryDemand) {
                place &+= 1
                if place == count { return nil }
                start = times[place]
            }
            let finish = start + duration
            var end = place &+ 1
            var isFree = true
            while end < count, times[end] < finish {
                isFree = cores[end] >= demand && (!hasMemory || memory[end] >= memoryDemand)
                if !isFree { break }
                end &+= 1
            }
            if isFree { return Fit(place: place, start: start, end: end) }
            place = end
        }
    }

    /// Holds what fits up to `finish`, or, where that is behind the last segment's moment, until it is released.
    /// - Returns: whether it must be released.
    mutating func hold(_ fit: Fit, _ demand: Double, _ memoryDemand: Double, until finish: Double) -> Bool {
        var (place, end) = (fit.place, fit.end)
        if fit.start > times[place] {
            split(place, at: fit.start)
            place += 1
            end += 1
        }
        let mustBeReleased = end == count
        if !mustBeReleased, times[end] > finish { split(end - 1, at: finish) }
        Self.subtract(demand, from: &cores, place, end)
        if hasMemory { Self.subtract(memoryDemand, from: &memory, place, end) }
        return mustBeReleased
    }

    private static func subtract(_ demand: Double, from free: inout [Double], _ place: Int, _ end: Int) {
        var free = free.mutableSpan
        for segment in place..<end { free[segment] -= demand }
    }

    /// Makes two segments of one, the second from `moment` on.
    private mutating func split(_ segment: Int, at moment: Double) {
        Self.insert(moment, into: &times, behind: segment, count)
        Self.insert(cores[segment], into: &cores, behind: segment, count)
        if hasMemory { Self.insert(memory[segment], into: &memory, behind: segment, count) }
        count += 1
    }

    private static func insert(_ value: Double, into values: inout [Double], behind segment: Int, _ count: Int) {
        var values = values.mutableSpan
        var place = count
        while place > segment &+ 1 {
            values[place] = values[place &- 1]
            place &-= 1
        }
        values[place] = value
    }
}

/// Moments at which something happens to a task, the earliest first; of those at one moment, the first that was put in.
///
/// A heap with four children to a place, so that it is half as deep as a binary one (Johnson, 1975).
package struct EventQueue {
    private struct Event {
        var moment: Double
        var order: Int
        var task: Int

        func precedes(_ other: Event) -> Bool {
            moment < other.moment || (moment == other.moment && order < other.order)
        }
    }

    private var events: [Event] = []
    private var next = 0

    package init() {}

    package var isEmpty: Bool { events.isEmpty }
    package var earliest: Double? { events.first?.moment }

    package mutating func insert(_ task: Int, at moment: Double) {
        let event = Event(moment: moment, order: next, task: task)
        next += 1
        var place = events.count
        events.append(event)
        while place > 0 {
            let parent = (place - 1) / 4
            guard event.precedes(events[parent]) else { break }
            events[place] = events[parent]
            place = parent
        }
        events[place] = event
    }

    /// Takes the earliest out.
    package mutating func pop() -> Int {
        let task = events[0].task
        let last = events.removeLast()
        let count = events.count
        guard count > 0 else { return task }
        var place = 0
        while true {
            let first = 4 * place + 1
            guard first < count else { break }
            var least = first
            for child in first + 1..<max(first + 1, min(first + 4, count)) where events[child].precedes(events[least]) {
                least = child
            }
            guard events[least].precedes(last) else { break }
            events[place] = events[least]
            place = least
        }
        events[place] = last
        return task
    }
}

/// Moments at which something happens to a task, the earliest first; of those at one moment, the first that was put in.
///
/// A binary heap over parallel arrays (Williams, 1964).
package struct EventQueue {
    private var moments: [Double] = []
    private var orders: [Int] = []
    private var tasks: [Int] = []
    private var next = 0

    package init() {}

    package var isEmpty: Bool { moments.isEmpty }
    package var earliest: Double? { moments.first }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        moments[a] < moments[b] || (moments[a] == moments[b] && orders[a] < orders[b])
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        moments.swapAt(a, b)
        orders.swapAt(a, b)
        tasks.swapAt(a, b)
    }

    package mutating func insert(_ task: Int, at moment: Double) {
        moments.append(moment)
        orders.append(next)
        tasks.append(task)
        next += 1
        var place = moments.count - 1
        while place > 0, precedes(place, (place - 1) / 2) {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the earliest out.
    package mutating func pop() -> Int {
        let task = tasks[0]
        swap(0, tasks.count - 1)
        moments.removeLast()
        orders.removeLast()
        tasks.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < moments.count && precedes(child, least) {
                least = child
            }
            if least == place { return task }
            swap(place, least)
            place = least
        }
    }
}

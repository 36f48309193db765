/// The files of a workflow by number, so that whoever looks for those that tasks share compares no names.
///
/// Numbers go by the first task that reads a file, or else writes it. What task t reads are the elements from the place
/// `offsets[t]` to before `offsets[t + 1]` of an array, and so is what it writes, and who writes a file.
struct FileNumbers: Sendable {
    /// Elements of many owners behind each other.
    struct Lists: Sendable {
        private(set) var elements: [Int] = []
        private var offsets = [0]

        /// Room for the lists of `count` owners.
        fileprivate init(owners count: Int) { offsets.reserveCapacity(count + 1) }

        /// The list of the next owner: `found`, in order and each once.
        fileprivate mutating func append(_ found: some Sequence<Int>) {
            let first = elements.count
            var isRising = true
            for element in found {
                if elements.count > first, elements[elements.count - 1] >= element { isRising = false }
                elements.append(element)
            }
            if !isRising {
                elements[first...].sort()
                var kept = first
                for place in first..<elements.count where kept == first || elements[kept - 1] != elements[place] {
                    elements[kept] = elements[place]
                    kept += 1
                }
                elements.removeLast(elements.count - kept)
            }
            offsets.append(elements.count)
        }

        subscript(owner: Int) -> ArraySlice<Int> { elements[offsets[owner]..<offsets[owner + 1]] }

        func count(of owner: Int) -> Int { offsets[owner + 1] - offsets[owner] }

        /// For each of `count` elements its owners, in order.
        fileprivate func owners(elements count: Int) -> Lists {
            var owners = Lists(owners: count)
            owners.offsets = [Int](repeating: 0, count: count + 1)
            for element in elements { owners.offsets[element + 1] += 1 }
            for element in 0..<count { owners.offsets[element + 1] += owners.offsets[element] }
            owners.elements = [Int](repeating: 0, count: elements.count)
            var next = owners.offsets
            for owner in 0..<offsets.count - 1 {
                for element in self[owner] {
                    owners.elements[next[element]] = owner
                    next[element] += 1
                }
            }
            return owners
        }
    }

    /// Bytes of each file; 0 where its size is not known.
    let sizes: [Double]
    /// Files that each task reads, and writes.
    let reads: Lists
    let writes: Lists
    /// Tasks that write each file.
    let writers: Lists

    init(_ tasks: [Workflow.Task], _ bytes: [String: Double]) {
        var numbers: [String: Int] = [:]
        numbers.reserveCapacity(bytes.count)
        var sizes: [Double] = []
        func number(_ file: String) -> Int {
            let next = numbers.count
            let number = numbers[file, default: next]
            if number == next {
                numbers[file] = next
                sizes.append(bytes[file] ?? 0)
            }
            return number
        }
        func lists(_ files: (Workflow.Task) -> [String]) -> Lists {
            var lists = Lists(owners: tasks.count)
            for place in tasks.indices { lists.append(files(tasks[place]).lazy.map(number)) }
            return lists
        }
        reads = lists(\.inputFiles)
        writes = lists(\.outputFiles)
        writers = writes.owners(elements: sizes.count)
        self.sizes = sizes
    }
}

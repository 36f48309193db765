import CAllocations

// Counts what this program asks the allocator for, and prints JSON, one object a line:
//
//   allocations            what a round of each piece of work asks for
//   allocations --leak     what a training holds after some steps and after many
//   allocations --header   the first line alone
//
// The first line tells how it was built, and whether it counts at all: under a sanitizer it does not.

#if DEBUG
    let build = "debug"
#else
    let build = "release"
#endif
print("{\"build\":\"\(build)\",\"isCounting\":\(allocations_are_counted())}")

switch CommandLine.arguments.last {
case _ where !allocations_are_counted(), "--header": break
case "--leak": Leak.run()
default: for work in Work.networks + Work.attention + Work.training { print(work.report()) }
}

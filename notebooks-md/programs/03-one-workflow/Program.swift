// The program is made of the blocks of `notebooks-md/03-one-workflow.md` when it is built; to SwiftPM a target without a
// file of its own is none.

// The program is made of the blocks of `notebooks-md/04-own-scheduler.md` when it is built; to SwiftPM a target without a
// file of its own is none.

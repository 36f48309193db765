import Testing
import Workflows

@Test func taskTypeJoinsWorkflowAndProcess() {
    #expect(TaskSpec(workflow: "gemmaker", process: "kallisto").taskType == "gemmaker:kallisto")
    #expect(TaskSpec(process: "kallisto").taskType == "kallisto")
}

@Test func targetsThatAreNotPositiveAreLeftOut() {
    let execution = TaskExecution(
        task: TaskSpec(process: "sort"), taskID: "1", cpu: 0, memory: .infinity, duration: 2)
    #expect(execution[.cpu] == nil)
    #expect(execution[.memory] == nil)
    #expect(execution[.duration] == 2)
    #expect(execution.isUsable)
}

import Balancer
import Dialects
import Gateway
import Testing

@Suite struct CallHeadTests {
    private func head() -> CallHead { CallHead(callID: CallID(high: 1, low: 2), random: 3, front: .openAIChat) }

    @Test(arguments: [("interactive", ServiceClass.interactive), ("default", .default), ("Batch", .batch)])
    func `takes a class by its name`(name: String, expected: ServiceClass) {
        var head = head()
        #expect(head.take(serviceClass: name) == nil)
        #expect(head.serviceClass == expected)
    }

    @Test(arguments: ["urgent", "", "interactiv", "batch,default"])
    func `refuses another class and says which there are`(name: String) throws {
        var head = head()
        let refusal = head.take(serviceClass: name)
        let error = try #require(refusal)
        #expect(error.status == 400)
        for known in ["`interactive`", "`default`", "`batch`"] { #expect(error.message.contains(known)) }
        #expect(head.serviceClass == nil)
    }
}

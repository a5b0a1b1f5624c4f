import Balancer
import Dialects
import Testing

@testable import Gateway

@Suite struct CallHeaderTests {
    private func head() -> CallHead {
        var random = SystemRandomNumberGenerator()
        return CallHead(callID: CallID(random: &random), random: 0, front: .openAIChat)
    }

    @Test func `each header sets what it is about`() {
        var head = head()
        for (header, value) in [
            (CallHeader.timeout, "1.5"), (.streamTimeout, "2"), (.numRetries, "3"), (.localOnly, "TRUE"),
            (.tags, " a, b ,,"), (.serviceClass, "Batch"),
        ] {
            #expect(head.take(header, value) == nil, "\(header)")
        }
        #expect(head.timeoutSeconds == 1.5 && head.streamTimeoutSeconds == 2 && head.numRetries == 3)
        #expect(head.confinement.contains(.header))
        #expect(head.tags == ["a", "b"])
        #expect(head.serviceClass?.name == "batch")
    }

    @Test func `a second x-drover-local-only cannot open what the first closes`() {
        var head = head()
        #expect(head.take(.localOnly, "true") == nil)
        #expect(head.take(.localOnly, "false") == nil)
        #expect(head.confinement.contains(.header))
    }

    @Test func `an empty x-drover-local-only is refused, and an empty class is none`() {
        var head = head()
        #expect(head.take(.localOnly, "")?.status == 400)
        #expect(head.take(.serviceClass, "") == nil)
        #expect(head.take(.serviceClass, "none such")?.param == "x-drover-class")
    }

    @Test func `names are in lower case and stand once`() {
        let names = CallHeader.allCases.map(\.name.description)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0 == $0.lowercased() })
    }
}

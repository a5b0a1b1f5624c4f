import Dialects
import Testing

@Suite struct FenceTests {
    private static func target(isLocal: Bool) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: .ollama, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: isLocal),
            account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
    }

    private static let confinements: [Confinement] = [
        .model, .header, .key, [.model, .header], [.model, .header, .key],
    ]

    @Test(arguments: confinements)
    func `nothing that must stay is permitted to a cloud`(confinement: Confinement) {
        #expect(throws: FenceRefusal(confinement: confinement)) {
            try Fence.permit(Self.target(isLocal: false), isPassedOn: false, for: confinement)
        }
    }

    @Test(arguments: confinements)
    func `nothing that must stay is permitted to a box that passes it on`(confinement: Confinement) {
        #expect(throws: FenceRefusal(confinement: confinement)) {
            try Fence.permit(Self.target(isLocal: true), isPassedOn: true, for: confinement)
        }
    }

    @Test(arguments: confinements + [[]])
    func `everything is permitted to what stands inside`(confinement: Confinement) throws {
        let target = Self.target(isLocal: true)
        #expect(try Fence.permit(target, isPassedOn: false, for: confinement).target === target)
    }

    @Test func `what may leave is permitted to a cloud`() throws {
        let target = Self.target(isLocal: false)
        #expect(try Fence.permit(target, isPassedOn: true, for: []).target === target)
    }

    @Test func `a refusal names everything that keeps a request inside`() {
        let reason = Confinement([.model, .header, .key]).reason
        for part in ["drover.local_only", "x-drover-local-only", "its key"] { #expect(reason.contains(part)) }
        #expect(Confinement().reason.isEmpty)
    }
}

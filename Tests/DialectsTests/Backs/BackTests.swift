import Testing

@testable import Dialects

@Suite struct BackTests {
    private static func target(_ provider: ProviderProfile) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(provider: provider, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
    }

    @Test func `every dialect has one back in the list, and every back a provider`() {
        #expect(Set(BackForm.all.map { $0.dialect }) == Set(Dialect.allCases))
        #expect(BackForm.all.count == Dialect.allCases.count)
        for back in BackForm.all { #expect(!back.providers.isEmpty, "\(back)") }
    }

    @Test func `every provider is listed by its own back, once`() {
        for back in BackForm.all {
            for provider in back.providers {
                #expect(ObjectIdentifier(provider.back) == ObjectIdentifier(back), "\(provider.name)")
            }
        }
        #expect(Set(Providers.all.map(\.name)).count == Providers.all.count)
    }

    @Test(arguments: Providers.all.map(\.name)) func `a target is of its provider's back, whoever asks`(name: String) {
        let provider = Providers.named(name)!
        let target = Self.target(provider)
        let own = ObjectIdentifier(provider.back)
        let (back, made) = (ObjectIdentifier(type(of: target.back)), ObjectIdentifier(type(of: target.form.made)))
        #expect(back == own && made == own)
        #expect(target.dialect == provider.dialect)
    }

    @Test func `streams are joined unless the answer would be passed on and hold more than is read`() {
        for back in BackForm.all {
            let target = Self.target(back.providers[0])
            for front in Front.allCases {
                let isPassedOn = front.dialect == target.dialect && target.dialect != .ollama
                #expect(target.joinsStreams(for: front) == !isPassedOn, "\(front) before \(target.dialect)")
            }
        }
    }
}

extension BackForm {
    fileprivate var made: any Back {
        switch self {
        case .ollama(let back): back
        case .openAI(let back): back
        case .anthropic(let back): back
        case .bedrock(let back): back
        case .gemini(let back): back
        }
    }
}

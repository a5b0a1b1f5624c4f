import NIOCore

/// Amazon Bedrock's Converse API.
struct BedrockBack: Back {
    typealias Reader = BedrockReader
    typealias Framing = EventStreamFraming

    static var dialect: Dialect { .bedrock }
    static let providers = [
        ProviderProfile(
            "bedrock", BedrockBack.self, base: nil, baseVariables: ["AWS_BEDROCK_RUNTIME_ENDPOINT"], keyVariables: [],
            needsKey: false
        ) {
            $0.spellings = ["bedrock_converse"]
            $0.baseParameter = "aws_bedrock_runtime_endpoint"
            $0.baseInRegion = { region in
                "https://bedrock-runtime.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
            }
        }
    ]
    static var joinsOwnStreams: Bool { true }

    private let target: BedrockTarget

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        target = BedrockTarget(place, account: account, defaults: defaults, userAgent: userAgent)
    }

    var form: BackForm { .bedrock(self) }

    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        try BedrockProvider.encode(
            request, for: target, drops: terms.drops, unixSeconds: terms.unixSeconds, into: &out)
    }

    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        BedrockFault.classify(status: status, saysWhenToRetry: saysWhenToRetry, body: body)
    }
}
